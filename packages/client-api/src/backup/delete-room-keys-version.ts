import { EmptyObject, type Endpoint, endpoint } from "@patrix/api";
import { BackupVersionPath } from "./backup-version-path.ts";

/** Request of {@link deleteRoomKeysVersion}. */
export interface DeleteRoomKeysVersionRequest {
  path: BackupVersionPath;
}

/**
 * Deletes a key backup with all of its keys.
 *
 * `DELETE /_matrix/client/v3/room_keys/version/{version}` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3room_keysversionversion}
 */
export const deleteRoomKeysVersion: Endpoint<DeleteRoomKeysVersionRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "deleteRoomKeysVersion",
  method: "DELETE",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/room_keys/version/{version}" }],
    stable: [{ since: "v1.1", path: "/_matrix/client/v3/room_keys/version/{version}" }],
    olderClients: ["/_matrix/client/r0/room_keys/version/{version}"],
  },
  errors: { 404: {} },
  path: BackupVersionPath,
  response: EmptyObject,
});
