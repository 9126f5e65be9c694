import { EmptyObject, type Endpoint, endpoint } from "@patrix/api";
import { RoomEventPath } from "../event/room-event-path.ts";
import { PduJson } from "../pdu-json.ts";

/** Request of {@link sendLeaveV2}. */
export interface SendLeaveV2Request {
  path: RoomEventPath;
  body: PduJson;
}

/**
 * Submits a signed leave event.
 *
 * `PUT /_matrix/federation/v2/send_leave/{roomId}/{eventId}` · signed request
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#put_matrixfederationv2send_leaveroomideventid}
 */
export const sendLeaveV2: Endpoint<SendLeaveV2Request, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "sendLeaveV2",
  method: "PUT",
  auth: "signedRequest",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/federation/v2/send_leave/{roomId}/{eventId}" }] },
  errors: { 400: {} },
  path: RoomEventPath,
  body: PduJson,
  response: EmptyObject,
});
