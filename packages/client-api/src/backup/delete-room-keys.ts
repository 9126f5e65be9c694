import { type Endpoint, endpoint } from "@patrix/api";
import { BackupChangeResponse } from "./backup-change-response.ts";
import { BackupVersionQuery } from "./backup-version-query.ts";

/** Request of {@link deleteRoomKeys}. */
export interface DeleteRoomKeysRequest {
  query: BackupVersionQuery;
}

/**
 * Deletes every key of a backup.
 *
 * `DELETE /_matrix/client/v3/room_keys/keys` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3room_keyskeys}
 */
export const deleteRoomKeys: Endpoint<DeleteRoomKeysRequest, BackupChangeResponse> = /* @__PURE__ */ endpoint({
  id: "deleteRoomKeys",
  method: "DELETE",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/room_keys/keys" }],
    stable: [{ since: "v1.1", path: "/_matrix/client/v3/room_keys/keys" }],
    olderClients: ["/_matrix/client/r0/room_keys/keys"],
  },
  errors: { 404: {} },
  query: BackupVersionQuery,
  response: BackupChangeResponse,
});
