import { type Endpoint, endpoint } from "@patrix/api";
import { BackupVersionQuery } from "./backup-version-query.ts";
import { KeyBackup } from "./key-backup.ts";

/** Request of {@link getRoomKeys}. */
export interface GetRoomKeysRequest {
  query: BackupVersionQuery;
}

/**
 * Reads every key of a backup.
 *
 * `GET /_matrix/client/v3/room_keys/keys` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3room_keyskeys}
 */
export const getRoomKeys: Endpoint<GetRoomKeysRequest, KeyBackup> = /* @__PURE__ */ endpoint({
  id: "getRoomKeys",
  method: "GET",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/room_keys/keys" }],
    stable: [{ since: "v1.1", path: "/_matrix/client/v3/room_keys/keys" }],
    olderClients: ["/_matrix/client/r0/room_keys/keys"],
  },
  errors: { 404: {} },
  query: BackupVersionQuery,
  response: KeyBackup,
});
