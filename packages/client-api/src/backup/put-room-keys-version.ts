import { EmptyObject, type Endpoint, endpoint, type JsonObject, jsonObject, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { BackupAlgorithm } from "./backup-algorithm.ts";
import { BackupVersionPath } from "./backup-version-path.ts";

/** Body of {@link putRoomKeysVersion}. */
export interface PutRoomKeysVersionBody {
  algorithm: BackupAlgorithm;
  /** What depends on the algorithm: the public key and its signatures. */
  auth_data: JsonObject;
  /** If present, the version of the path. */
  version?: string | undefined;
}

/** Checks a {@link PutRoomKeysVersionBody}. */
export const PutRoomKeysVersionBody: Model<PutRoomKeysVersionBody> = /* @__PURE__ */ model(() =>
  obj<PutRoomKeysVersionBody>({ algorithm: BackupAlgorithm, auth_data: jsonObject(), version: z.optional(z.string()) }),
);

/** Request of {@link putRoomKeysVersion}. */
export interface PutRoomKeysVersionRequest {
  path: BackupVersionPath;
  body: PutRoomKeysVersionBody;
}

/**
 * Replaces the authentication data of a key backup.
 *
 * `PUT /_matrix/client/v3/room_keys/version/{version}` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3room_keysversionversion}
 */
export const putRoomKeysVersion: Endpoint<PutRoomKeysVersionRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "putRoomKeysVersion",
  method: "PUT",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/room_keys/version/{version}" }],
    stable: [{ since: "v1.1", path: "/_matrix/client/v3/room_keys/version/{version}" }],
    olderClients: ["/_matrix/client/r0/room_keys/version/{version}"],
  },
  errors: { 400: {}, 404: {} },
  path: BackupVersionPath,
  body: PutRoomKeysVersionBody,
  response: EmptyObject,
});
