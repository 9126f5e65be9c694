import { type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { RoomEventPath } from "../event/room-event-path.ts";
import { PduJson } from "../pdu-json.ts";

/** The signed invite, as the second item of {@link SendInviteV1Response}. */
export interface SignedInvite {
  event: PduJson;
}
/** Response of {@link sendInviteV1}: the number 200 and the signed invite. */
export type SendInviteV1Response = (number | SignedInvite)[];
/** Checks a {@link SendInviteV1Response}. */
export const SendInviteV1Response: Model<SendInviteV1Response> = /* @__PURE__ */ model(() =>
  z.array(z.union([z.int(), obj<SignedInvite>({ event: PduJson.schema })])),
);

/** Request of {@link sendInviteV1}. */
export interface SendInviteV1Request {
  path: RoomEventPath;
  body: PduJson;
}

/**
 * Delivers an invite to the invited user's server, which signs it; for servers without version 2.
 *
 * `PUT /_matrix/federation/v1/invite/{roomId}/{eventId}` · signed request
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#put_matrixfederationv1inviteroomideventid}
 */
export const sendInviteV1: Endpoint<SendInviteV1Request, SendInviteV1Response> = /* @__PURE__ */ endpoint({
  id: "sendInviteV1",
  method: "PUT",
  auth: "signedRequest",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/federation/v1/invite/{roomId}/{eventId}" }] },
  errors: { 400: {}, 403: { errcodes: ["M_FORBIDDEN", "M_INVITE_BLOCKED"] } },
  path: RoomEventPath,
  body: PduJson,
  response: SendInviteV1Response,
});
