import { EmptyObject, type Endpoint, endpoint } from "@patrix/api";
import { UserReasonBody } from "./user-reason-body.ts";
import { RoomPath } from "../room/room-path.ts";

/** Request of {@link kick}. */
export interface KickRequest {
  path: RoomPath;
  body: UserReasonBody;
}

/**
 * Removes a user from a room.
 *
 * `POST /_matrix/client/v3/rooms/{roomId}/kick` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidkick}
 */
export const kick: Endpoint<KickRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "kick",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/rooms/{roomId}/kick" },
      { since: "v1.1", path: "/_matrix/client/v3/rooms/{roomId}/kick" },
    ],
  },
  errors: { 403: {} },
  path: RoomPath,
  body: UserReasonBody,
  response: EmptyObject,
});
