import { type Endpoint, endpoint } from "@patrix/api";
import { BackupVersion } from "./backup-version.ts";
import { BackupVersionPath } from "./backup-version-path.ts";

/** Request of {@link getRoomKeysVersion}. */
export interface GetRoomKeysVersionRequest {
  path: BackupVersionPath;
}

/**
 * Describes a key backup.
 *
 * `GET /_matrix/client/v3/room_keys/version/{version}` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3room_keysversionversion}
 */
export const getRoomKeysVersion: Endpoint<GetRoomKeysVersionRequest, BackupVersion> = /* @__PURE__ */ endpoint({
  id: "getRoomKeysVersion",
  method: "GET",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/room_keys/version/{version}" }],
    stable: [{ since: "v1.1", path: "/_matrix/client/v3/room_keys/version/{version}" }],
    olderClients: ["/_matrix/client/r0/room_keys/version/{version}"],
  },
  errors: { 404: {} },
  path: BackupVersionPath,
  response: BackupVersion,
});
