import { type Endpoint, endpoint, type Model, model, obj, record } from "@patrix/api";
import { DeviceKeys } from "@patrix/events";
import * as z from "zod/mini";
import { SignedKey } from "./signed-key.ts";

/** Body of {@link uploadKeys}. */
export interface UploadKeysBody {
  /** Left out if they were published before. */
  device_keys?: DeviceKeys | undefined;
  /** By key ID, `algorithm:name`. */
  one_time_keys?: Record<string, string | SignedKey> | undefined;
  /** By key ID; each replaces the one of its algorithm. */
  fallback_keys?: Record<string, string | SignedKey> | undefined;
}

/** Checks a {@link UploadKeysBody}. */
export const UploadKeysBody: Model<UploadKeysBody> = /* @__PURE__ */ model(() =>
  obj<UploadKeysBody>({
    device_keys: z.optional(DeviceKeys.schema),
    one_time_keys: z.optional(record(z.string(), z.union([z.string(), SignedKey.schema]))),
    fallback_keys: z.optional(record(z.string(), z.union([z.string(), SignedKey.schema]))),
  }),
);

/** Response of {@link uploadKeys}. */
export interface UploadKeysResponse {
  /** How many unclaimed keys the server has, by algorithm. */
  one_time_key_counts: Record<string, number>;
}

/** Checks a {@link UploadKeysResponse}. */
export const UploadKeysResponse: Model<UploadKeysResponse> = /* @__PURE__ */ model(() =>
  obj<UploadKeysResponse>({ one_time_key_counts: record(z.string(), z.int()) }),
);

/** Request of {@link uploadKeys}. */
export interface UploadKeysRequest {
  body?: UploadKeysBody | undefined;
}

/**
 * Publishes device keys, one-time keys and fallback keys of the calling device.
 *
 * `POST /_matrix/client/v3/keys/upload` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keysupload}
 */
export const uploadKeys: Endpoint<UploadKeysRequest, UploadKeysResponse> = /* @__PURE__ */ endpoint({
  id: "uploadKeys",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/keys/upload" },
      { since: "v1.1", path: "/_matrix/client/v3/keys/upload" },
    ],
  },
  body: UploadKeysBody,
  response: UploadKeysResponse,
});
