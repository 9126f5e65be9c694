import { type Endpoint, endpoint, type JsonObject, jsonObject, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { BackupAlgorithm } from "./backup-algorithm.ts";

/** Body of {@link postRoomKeysVersion}. */
export interface PostRoomKeysVersionBody {
  algorithm: BackupAlgorithm;
  /** What depends on the algorithm: the public key and its signatures. */
  auth_data: JsonObject;
}

/** Checks a {@link PostRoomKeysVersionBody}. */
export const PostRoomKeysVersionBody: Model<PostRoomKeysVersionBody> = /* @__PURE__ */ model(() =>
  obj<PostRoomKeysVersionBody>({ algorithm: BackupAlgorithm, auth_data: jsonObject() }),
);

/** Response of {@link postRoomKeysVersion}. */
export interface PostRoomKeysVersionResponse {
  version: string;
}

/** Checks a {@link PostRoomKeysVersionResponse}. */
export const PostRoomKeysVersionResponse: Model<PostRoomKeysVersionResponse> = /* @__PURE__ */ model(() =>
  obj<PostRoomKeysVersionResponse>({ version: z.string() }),
);

/** Request of {@link postRoomKeysVersion}. */
export interface PostRoomKeysVersionRequest {
  body: PostRoomKeysVersionBody;
}

/**
 * Creates a key backup, which replaces the newest one.
 *
 * `POST /_matrix/client/v3/room_keys/version` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3room_keysversion}
 */
export const postRoomKeysVersion: Endpoint<PostRoomKeysVersionRequest, PostRoomKeysVersionResponse> = /* @__PURE__ */ endpoint({
  id: "postRoomKeysVersion",
  method: "POST",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/room_keys/version" }],
    stable: [{ since: "v1.1", path: "/_matrix/client/v3/room_keys/version" }],
    olderClients: ["/_matrix/client/r0/room_keys/version"],
  },
  body: PostRoomKeysVersionBody,
  response: PostRoomKeysVersionResponse,
});
