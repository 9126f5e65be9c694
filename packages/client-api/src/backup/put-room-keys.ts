import { type Endpoint, endpoint } from "@patrix/api";
import { BackupChangeResponse } from "./backup-change-response.ts";
import { BackupVersionQuery } from "./backup-version-query.ts";
import { KeyBackup } from "./key-backup.ts";

/** Request of {@link putRoomKeys}. */
export interface PutRoomKeysRequest {
  query: BackupVersionQuery;
  body: KeyBackup;
}

/**
 * Backs up keys of several rooms.
 *
 * `PUT /_matrix/client/v3/room_keys/keys` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3room_keyskeys}
 */
export const putRoomKeys: Endpoint<PutRoomKeysRequest, BackupChangeResponse> = /* @__PURE__ */ endpoint({
  id: "putRoomKeys",
  method: "PUT",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/room_keys/keys" }],
    stable: [{ since: "v1.1", path: "/_matrix/client/v3/room_keys/keys" }],
    olderClients: ["/_matrix/client/r0/room_keys/keys"],
  },
  errors: { 403: {}, 404: {} },
  query: BackupVersionQuery,
  body: KeyBackup,
  response: BackupChangeResponse,
});
