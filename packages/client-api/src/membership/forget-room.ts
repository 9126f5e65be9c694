import { EmptyObject, type Endpoint, endpoint } from "@patrix/api";
import { RoomPath } from "../room/room-path.ts";

/** Request of {@link forgetRoom}. */
export interface ForgetRoomRequest {
  path: RoomPath;
}

/**
 * Forgets a room that the user has left, so that its history is no longer shown.
 *
 * `POST /_matrix/client/v3/rooms/{roomId}/forget` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidforget}
 */
export const forgetRoom: Endpoint<ForgetRoomRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "forgetRoom",
  method: "POST",
  auth: "accessToken",
  rateLimited: true,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/rooms/{roomId}/forget" },
      { since: "v1.1", path: "/_matrix/client/v3/rooms/{roomId}/forget" },
    ],
  },
  errors: { 400: {} },
  path: RoomPath,
  response: EmptyObject,
});
