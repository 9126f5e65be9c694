import { type Endpoint, endpoint } from "@patrix/api";
import { BackupChangeResponse } from "./backup-change-response.ts";
import { BackupVersionQuery } from "./backup-version-query.ts";
import { RoomPath } from "../room/room-path.ts";

/** Request of {@link deleteRoomKeysByRoomId}. */
export interface DeleteRoomKeysByRoomIdRequest {
  path: RoomPath;
  query: BackupVersionQuery;
}

/**
 * Deletes the backed-up keys of a room.
 *
 * `DELETE /_matrix/client/v3/room_keys/keys/{roomId}` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3room_keyskeysroomid}
 */
export const deleteRoomKeysByRoomId: Endpoint<DeleteRoomKeysByRoomIdRequest, BackupChangeResponse> = /* @__PURE__ */ endpoint({
  id: "deleteRoomKeysByRoomId",
  method: "DELETE",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/room_keys/keys/{roomId}" }],
    stable: [{ since: "v1.1", path: "/_matrix/client/v3/room_keys/keys/{roomId}" }],
    olderClients: ["/_matrix/client/r0/room_keys/keys/{roomId}"],
  },
  errors: { 404: {} },
  path: RoomPath,
  query: BackupVersionQuery,
  response: BackupChangeResponse,
});
