import { type Endpoint, endpoint } from "@patrix/api";
import { BackupChangeResponse } from "./backup-change-response.ts";
import { BackupVersionQuery } from "./backup-version-query.ts";
import { RoomKeyBackup } from "./room-key-backup.ts";
import { RoomPath } from "../room/room-path.ts";

/** Request of {@link putRoomKeysByRoomId}. */
export interface PutRoomKeysByRoomIdRequest {
  path: RoomPath;
  query: BackupVersionQuery;
  body: RoomKeyBackup;
}

/**
 * Backs up keys of a room.
 *
 * `PUT /_matrix/client/v3/room_keys/keys/{roomId}` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3room_keyskeysroomid}
 */
export const putRoomKeysByRoomId: Endpoint<PutRoomKeysByRoomIdRequest, BackupChangeResponse> = /* @__PURE__ */ endpoint({
  id: "putRoomKeysByRoomId",
  method: "PUT",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/room_keys/keys/{roomId}" }],
    stable: [{ since: "v1.1", path: "/_matrix/client/v3/room_keys/keys/{roomId}" }],
    olderClients: ["/_matrix/client/r0/room_keys/keys/{roomId}"],
  },
  errors: { 403: {}, 404: {} },
  path: RoomPath,
  query: BackupVersionQuery,
  body: RoomKeyBackup,
  response: BackupChangeResponse,
});
