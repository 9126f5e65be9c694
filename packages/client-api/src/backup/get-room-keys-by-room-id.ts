import { type Endpoint, endpoint } from "@patrix/api";
import { BackupVersionQuery } from "./backup-version-query.ts";
import { RoomKeyBackup } from "./room-key-backup.ts";
import { RoomPath } from "../room/room-path.ts";

/** Request of {@link getRoomKeysByRoomId}. */
export interface GetRoomKeysByRoomIdRequest {
  path: RoomPath;
  query: BackupVersionQuery;
}

/**
 * Reads the backed-up keys of a room.
 *
 * `GET /_matrix/client/v3/room_keys/keys/{roomId}` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3room_keyskeysroomid}
 */
export const getRoomKeysByRoomId: Endpoint<GetRoomKeysByRoomIdRequest, RoomKeyBackup> = /* @__PURE__ */ endpoint({
  id: "getRoomKeysByRoomId",
  method: "GET",
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
  response: RoomKeyBackup,
});
