import { EmptyObject, type Endpoint, endpoint } from "@patrix/api";
import { UserReasonBody } from "./user-reason-body.ts";
import { RoomPath } from "../room/room-path.ts";

/** Request of {@link inviteUser}. */
export interface InviteUserRequest {
  path: RoomPath;
  body: UserReasonBody;
}

/**
 * Invites a user to a room.
 *
 * `POST /_matrix/client/v3/rooms/{roomId}/invite` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidinvite}
 */
export const inviteUser: Endpoint<InviteUserRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "inviteUser",
  method: "POST",
  auth: "accessToken",
  rateLimited: true,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/rooms/{roomId}/invite" },
      { since: "v1.1", path: "/_matrix/client/v3/rooms/{roomId}/invite" },
    ],
  },
  errors: { 400: { errcodes: ["M_BAD_JSON", "M_NOT_JSON", "M_UNSUPPORTED_ROOM_VERSION"] }, 403: { errcodes: ["M_INVITE_BLOCKED"] } },
  path: RoomPath,
  body: UserReasonBody,
  response: EmptyObject,
});
