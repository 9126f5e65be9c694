import { type Endpoint, endpoint } from "@patrix/api";
import { BackupChangeResponse } from "./backup-change-response.ts";
import { BackupVersionQuery } from "./backup-version-query.ts";
import { KeyBackupData } from "./key-backup-data.ts";
import { RoomSessionPath } from "./room-session-path.ts";

/** Request of {@link putRoomKeyBySessionId}. */
export interface PutRoomKeyBySessionIdRequest {
  path: RoomSessionPath;
  query: BackupVersionQuery;
  body: KeyBackupData;
}

/**
 * Backs up the key of one session.
 *
 * `PUT /_matrix/client/v3/room_keys/keys/{roomId}/{sessionId}` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3room_keyskeysroomidsessionid}
 */
export const putRoomKeyBySessionId: Endpoint<PutRoomKeyBySessionIdRequest, BackupChangeResponse> = /* @__PURE__ */ endpoint({
  id: "putRoomKeyBySessionId",
  method: "PUT",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/room_keys/keys/{roomId}/{sessionId}" }],
    stable: [{ since: "v1.1", path: "/_matrix/client/v3/room_keys/keys/{roomId}/{sessionId}" }],
    olderClients: ["/_matrix/client/r0/room_keys/keys/{roomId}/{sessionId}"],
  },
  errors: { 403: {} },
  path: RoomSessionPath,
  query: BackupVersionQuery,
  body: KeyBackupData,
  response: BackupChangeResponse,
});
