import { EmptyObject, type Endpoint, endpoint } from "@patrix/api";
import { Invite3pid } from "./invite-3pid.ts";
import { RoomPath } from "../room/room-path.ts";

/** Request of {@link inviteBy3PID}. */
export interface InviteBy3PIDRequest {
  path: RoomPath;
  body: Invite3pid;
}

/**
 * Invites the owner of a third-party address to a room.
 *
 * `POST /_matrix/client/v3/rooms/{roomId}/invite` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidinvite}
 */
export const inviteBy3PID: Endpoint<InviteBy3PIDRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "inviteBy3PID",
  method: "POST",
  auth: "accessToken",
  rateLimited: true,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/rooms/{roomId}/invite" },
      { since: "v1.1", path: "/_matrix/client/v3/rooms/{roomId}/invite" },
    ],
  },
  errors: { 403: { errcodes: ["M_INVITE_BLOCKED"] } },
  path: RoomPath,
  body: Invite3pid,
  response: EmptyObject,
});
