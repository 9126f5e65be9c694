import { type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { RoomEventPath } from "../event/room-event-path.ts";
import { PduJson } from "../pdu-json.ts";

/** Response of {@link sendKnock}. */
export interface SendKnockResponse {
  /** Events that describe the room, as stripped state or as PDUs. */
  knock_room_state: PduJson[];
}

/** Checks a {@link SendKnockResponse}. */
export const SendKnockResponse: Model<SendKnockResponse> = /* @__PURE__ */ model(() =>
  obj<SendKnockResponse>({ knock_room_state: z.array(PduJson.schema) }),
);

/** Request of {@link sendKnock}. */
export interface SendKnockRequest {
  path: RoomEventPath;
  body: PduJson;
}

/**
 * Submits a signed knock event, and receives some state of the room.
 *
 * `PUT /_matrix/federation/v1/send_knock/{roomId}/{eventId}` · signed request
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#put_matrixfederationv1send_knockroomideventid}
 */
export const sendKnock: Endpoint<SendKnockRequest, SendKnockResponse> = /* @__PURE__ */ endpoint({
  id: "sendKnock",
  method: "PUT",
  auth: "signedRequest",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/federation/v1/send_knock/{roomId}/{eventId}" }] },
  errors: { 400: {}, 403: {}, 404: {} },
  path: RoomEventPath,
  body: PduJson,
  response: SendKnockResponse,
});
