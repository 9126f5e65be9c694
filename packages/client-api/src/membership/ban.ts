import { EmptyObject, type Endpoint, endpoint } from "@patrix/api";
import { UserReasonBody } from "./user-reason-body.ts";
import { RoomPath } from "../room/room-path.ts";

/** Request of {@link ban}. */
export interface BanRequest {
  path: RoomPath;
  body: UserReasonBody;
}

/**
 * Bans a user from a room, and removes the user if joined.
 *
 * `POST /_matrix/client/v3/rooms/{roomId}/ban` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidban}
 */
export const ban: Endpoint<BanRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "ban",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/rooms/{roomId}/ban" },
      { since: "v1.1", path: "/_matrix/client/v3/rooms/{roomId}/ban" },
    ],
  },
  errors: { 403: {} },
  path: RoomPath,
  body: UserReasonBody,
  response: EmptyObject,
});
