import { endpoint, type Endpoint, independent, type JsonObject, jsonObject, model, type Model, obj, record } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { SignedKey } from "./signed-key.ts";

/** Body of {@link claimKeys}. */
export interface ClaimKeysBody {
  /** How long to wait for other servers, in milliseconds. Default: 10000. */
  timeout?: number | undefined;
  /** Wanted algorithm by user and device. */
  one_time_keys: Record<UserId, Record<string, string>>;
}

/** Checks a {@link ClaimKeysBody}. */
export const ClaimKeysBody: Model<ClaimKeysBody> = /* @__PURE__ */ model(() =>
  obj<ClaimKeysBody>({ timeout: z.optional(z.int()), one_time_keys: record(UserId, record(z.string(), z.string())) }),
);

/** Response of {@link claimKeys}. */
export interface ClaimKeysResponse {
  /** Errors of servers that could not be reached. */
  failures?: Record<string, JsonObject> | undefined;
  /** Claimed keys by user, device and key ID. */
  one_time_keys: Record<UserId, Record<string, Record<string, string | SignedKey>>>;
}

/** Checks a {@link ClaimKeysResponse}. */
export const ClaimKeysResponse: Model<ClaimKeysResponse> = /* @__PURE__ */ model(() =>
  obj<ClaimKeysResponse>({
    failures: z.optional(independent(record(z.string(), jsonObject()))),
    one_time_keys: independent(
      record(UserId, independent(record(z.string(), independent(record(z.string(), z.union([z.string(), SignedKey.schema])))))),
    ),
  }),
);

/** Request of {@link claimKeys}. */
export interface ClaimKeysRequest {
  body: ClaimKeysBody;
}

/**
 * Claims one-time keys of devices, to start encrypted sessions with them.
 *
 * `POST /_matrix/client/v3/keys/claim` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keysclaim}
 */
export const claimKeys: Endpoint<ClaimKeysRequest, ClaimKeysResponse> = /* @__PURE__ */ endpoint({
  id: "claimKeys",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/keys/claim" },
      { since: "v1.1", path: "/_matrix/client/v3/keys/claim" },
    ],
  },
  body: ClaimKeysBody,
  response: ClaimKeysResponse,
});
