import { type Endpoint, endpoint } from "@patrix/api";
import { BackupChangeResponse } from "./backup-change-response.ts";
import { BackupVersionQuery } from "./backup-version-query.ts";
import { RoomSessionPath } from "./room-session-path.ts";

/** Request of {@link deleteRoomKeyBySessionId}. */
export interface DeleteRoomKeyBySessionIdRequest {
  path: RoomSessionPath;
  query: BackupVersionQuery;
}

/**
 * Deletes the backed-up key of one session.
 *
 * `DELETE /_matrix/client/v3/room_keys/keys/{roomId}/{sessionId}` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3room_keyskeysroomidsessionid}
 */
export const deleteRoomKeyBySessionId: Endpoint<DeleteRoomKeyBySessionIdRequest, BackupChangeResponse> = /* @__PURE__ */ endpoint({
  id: "deleteRoomKeyBySessionId",
  method: "DELETE",
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
  response: BackupChangeResponse,
});
