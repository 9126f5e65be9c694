import { type EmptyObject, type Endpoint, endpoint } from "@patrix/api";
import { BackupVersion } from "./backup-version.ts";

/**
 * Describes the newest key backup.
 *
 * `GET /_matrix/client/v3/room_keys/version` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3room_keysversion}
 */
export const getRoomKeysVersionCurrent: Endpoint<EmptyObject, BackupVersion> = /* @__PURE__ */ endpoint({
  id: "getRoomKeysVersionCurrent",
  method: "GET",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/room_keys/version" }],
    stable: [{ since: "v1.1", path: "/_matrix/client/v3/room_keys/version" }],
    olderClients: ["/_matrix/client/r0/room_keys/version"],
  },
  errors: { 404: {} },
  response: BackupVersion,
});
