import { type Endpoint, endpoint } from "@patrix/api";
import { JoinRoomBody } from "./join-room-body.ts";
import { RoomIdBody } from "../room/room-id-body.ts";
import { RoomPath } from "../room/room-path.ts";

/** Request of {@link joinRoomById}. */
export interface JoinRoomByIdRequest {
  path: RoomPath;
  body?: JoinRoomBody | undefined;
}

/**
 * Joins a room by its ID, without other servers' help.
 *
 * `POST /_matrix/client/v3/rooms/{roomId}/join` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidjoin}
 */
export const joinRoomById: Endpoint<JoinRoomByIdRequest, RoomIdBody> = /* @__PURE__ */ endpoint({
  id: "joinRoomById",
  method: "POST",
  auth: "accessToken",
  rateLimited: true,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/rooms/{roomId}/join" },
      { since: "v1.1", path: "/_matrix/client/v3/rooms/{roomId}/join" },
    ],
  },
  errors: { 403: {} },
  path: RoomPath,
  body: JoinRoomBody,
  response: RoomIdBody,
});
