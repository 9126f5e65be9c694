import { EmptyObject, type Endpoint, endpoint } from "@patrix/api";
import { ReasonBody } from "../room/reason-body.ts";
import { RoomPath } from "../room/room-path.ts";

/** Request of {@link leaveRoom}. */
export interface LeaveRoomRequest {
  path: RoomPath;
  body?: ReasonBody | undefined;
}

/**
 * Leaves a room, or declines an invite.
 *
 * `POST /_matrix/client/v3/rooms/{roomId}/leave` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidleave}
 */
export const leaveRoom: Endpoint<LeaveRoomRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "leaveRoom",
  method: "POST",
  auth: "accessToken",
  rateLimited: true,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/rooms/{roomId}/leave" },
      { since: "v1.1", path: "/_matrix/client/v3/rooms/{roomId}/leave" },
    ],
  },
  path: RoomPath,
  body: ReasonBody,
  response: EmptyObject,
});
