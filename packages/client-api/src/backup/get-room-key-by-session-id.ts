import { type Endpoint, endpoint } from "@patrix/api";
import { BackupVersionQuery } from "./backup-version-query.ts";
import { KeyBackupData } from "./key-backup-data.ts";
import { RoomSessionPath } from "./room-session-path.ts";

/** Request of {@link getRoomKeyBySessionId}. */
export interface GetRoomKeyBySessionIdRequest {
  path: RoomSessionPath;
  query: BackupVersionQuery;
}

/**
 * Reads the backed-up key of one session.
 *
 * `GET /_matrix/client/v3/room_keys/keys/{roomId}/{sessionId}` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3room_keyskeysroomidsessionid}
 */
export const getRoomKeyBySessionId: Endpoint<GetRoomKeyBySessionIdRequest, KeyBackupData> = /* @__PURE__ */ endpoint({
  id: "getRoomKeyBySessionId",
  method: "GET",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/room_keys/keys/{roomId}/{sessionId}" }],
    stable: [{ since: "v1.1", path: "/_matrix/client/v3/room_keys/keys/{roomId}/{sessionId}" }],
    olderClients: ["/_matrix/client/r0/room_keys/keys/{roomId}/{sessionId}"],
  },
  errors: { 404: {} },
  path: RoomSessionPath,
  query: BackupVersionQuery,
  response: KeyBackupData,
});
