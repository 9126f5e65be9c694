import { type Endpoint, endpoint, type Model, model, obj, paramsModel } from "@patrix/api";
import { EventId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { RoomPath } from "./room-path.ts";

/** Query parameters of {@link getRoomStateIds}. */
export interface GetRoomStateIdsQuery {
  /** The event whose preceding state is asked for. */
  event_id: EventId;
}

/** Checks a {@link GetRoomStateIdsQuery}. */
export const GetRoomStateIdsQuery: Model<GetRoomStateIdsQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<GetRoomStateIdsQuery>({ event_id: EventId }),
);

/** Response of {@link getRoomStateIds}. */
export interface GetRoomStateIdsResponse {
  /** Auth events of the state, and their auth events. */
  auth_chain_ids: EventId[];
  /** State before the event. */
  pdu_ids: EventId[];
}

/** Checks a {@link GetRoomStateIdsResponse}. */
export const GetRoomStateIdsResponse: Model<GetRoomStateIdsResponse> = /* @__PURE__ */ model(() =>
  obj<GetRoomStateIdsResponse>({ auth_chain_ids: z.array(EventId), pdu_ids: z.array(EventId) }),
);

/** Request of {@link getRoomStateIds}. */
export interface GetRoomStateIdsRequest {
  path: RoomPath;
  query: GetRoomStateIdsQuery;
}

/**
 * Fetches the event IDs of the state of a room before an event, and of its auth chain.
 *
 * `GET /_matrix/federation/v1/state_ids/{roomId}` · signed request
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1state_idsroomid}
 */
export const getRoomStateIds: Endpoint<GetRoomStateIdsRequest, GetRoomStateIdsResponse> = /* @__PURE__ */ endpoint({
  id: "getRoomStateIds",
  method: "GET",
  auth: "signedRequest",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/federation/v1/state_ids/{roomId}" }] },
  errors: { 403: {}, 404: {} },
  path: RoomPath,
  query: GetRoomStateIdsQuery,
  response: GetRoomStateIdsResponse,
});
