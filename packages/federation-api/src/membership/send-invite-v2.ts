import { type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { RoomEventPath } from "../event/room-event-path.ts";
import { RoomVersionErrorBody } from "./room-version-error-body.ts";
import { PduJson } from "../pdu-json.ts";

/** Body of {@link sendInviteV2}. */
export interface SendInviteV2Body {
  /** The version of the room. */
  room_version: string;
  /** The invite. */
  event: PduJson;
  /** Events that describe the room, as stripped state or as PDUs. */
  invite_room_state?: PduJson[] | undefined;
}

/** Checks a {@link SendInviteV2Body}. */
export const SendInviteV2Body: Model<SendInviteV2Body> = /* @__PURE__ */ model(() =>
  obj<SendInviteV2Body>({ room_version: z.string(), event: PduJson.schema, invite_room_state: z.optional(z.array(PduJson.schema)) }),
);

/** Response of {@link sendInviteV2}. */
export interface SendInviteV2Response {
  /** The invite with the signature of the invited user's server. */
  event: PduJson;
}

/** Checks a {@link SendInviteV2Response}. */
export const SendInviteV2Response: Model<SendInviteV2Response> = /* @__PURE__ */ model(() =>
  obj<SendInviteV2Response>({ event: PduJson.schema }),
);

/** Request of {@link sendInviteV2}. */
export interface SendInviteV2Request {
  path: RoomEventPath;
  body: SendInviteV2Body;
}

/**
 * Delivers an invite to the invited user's server, which signs it.
 *
 * `PUT /_matrix/federation/v2/invite/{roomId}/{eventId}` · signed request
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#put_matrixfederationv2inviteroomideventid}
 */
export const sendInviteV2: Endpoint<SendInviteV2Request, SendInviteV2Response> = /* @__PURE__ */ endpoint({
  id: "sendInviteV2",
  method: "PUT",
  auth: "signedRequest",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/federation/v2/invite/{roomId}/{eventId}" }] },
  errors: {
    400: { errcodes: ["M_INVALID_PARAM", "M_MISSING_PARAM"], body: RoomVersionErrorBody },
    403: { errcodes: ["M_FORBIDDEN", "M_INVITE_BLOCKED"] },
  },
  path: RoomEventPath,
  body: SendInviteV2Body,
  response: SendInviteV2Response,
});
