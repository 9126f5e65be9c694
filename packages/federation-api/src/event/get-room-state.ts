import { type Endpoint, endpoint, type Model, model, obj, paramsModel } from "@patrix/api";
import { EventId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { RoomPath } from "./room-path.ts";
import { PduJson } from "../pdu-json.ts";

/** Query parameters of {@link getRoomState}. */
export interface GetRoomStateQuery {
  /** The event whose preceding state is asked for. */
  event_id: EventId;
}

/** Checks a {@link GetRoomStateQuery}. */
export const GetRoomStateQuery: Model<GetRoomStateQuery> = /* @__PURE__ */ paramsModel(() => obj<GetRoomStateQuery>({ event_id: EventId }));

/** Response of {@link getRoomState}. */
export interface GetRoomStateResponse {
  /** The auth events of them all, and their auth events. */
  auth_chain: PduJson[];
  /** State before the event. */
  pdus: PduJson[];
}

/** Checks a {@link GetRoomStateResponse}. */
export const GetRoomStateResponse: Model<GetRoomStateResponse> = /* @__PURE__ */ model(() =>
  obj<GetRoomStateResponse>({ auth_chain: z.array(PduJson.schema), pdus: z.array(PduJson.schema) }),
);

/** Request of {@link getRoomState}. */
export interface GetRoomStateRequest {
  path: RoomPath;
  query: GetRoomStateQuery;
}

/**
 * Fetches the state of a room before an event, with its auth chain.
 *
 * `GET /_matrix/federation/v1/state/{roomId}` · signed request
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1stateroomid}
 */
export const getRoomState: Endpoint<GetRoomStateRequest, GetRoomStateResponse> = /* @__PURE__ */ endpoint({
  id: "getRoomState",
  method: "GET",
  auth: "signedRequest",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/federation/v1/state/{roomId}" }] },
  path: RoomPath,
  query: GetRoomStateQuery,
  response: GetRoomStateResponse,
});
