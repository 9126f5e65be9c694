import { type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { RoomEventPath } from "../event/room-event-path.ts";
import { PduJson } from "../pdu-json.ts";

/** Response of {@link getEventAuth}. */
export interface GetEventAuthResponse {
  /** The auth events of the event, and their auth events. */
  auth_chain: PduJson[];
}

/** Checks a {@link GetEventAuthResponse}. */
export const GetEventAuthResponse: Model<GetEventAuthResponse> = /* @__PURE__ */ model(() =>
  obj<GetEventAuthResponse>({ auth_chain: z.array(PduJson.schema) }),
);

/** Request of {@link getEventAuth}. */
export interface GetEventAuthRequest {
  path: RoomEventPath;
}

/**
 * Fetches the auth chain of an event.
 *
 * `GET /_matrix/federation/v1/event_auth/{roomId}/{eventId}` · signed request
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1event_authroomideventid}
 */
export const getEventAuth: Endpoint<GetEventAuthRequest, GetEventAuthResponse> = /* @__PURE__ */ endpoint({
  id: "getEventAuth",
  method: "GET",
  auth: "signedRequest",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/federation/v1/event_auth/{roomId}/{eventId}" }] },
  path: RoomEventPath,
  response: GetEventAuthResponse,
});
