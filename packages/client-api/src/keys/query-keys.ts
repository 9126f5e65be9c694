import { endpoint, type Endpoint, independent, type JsonObject, jsonObject, model, type Model, obj, record } from "@patrix/api";
import { CrossSigningKey } from "@patrix/events";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { QueriedDeviceKeys } from "./queried-device-keys.ts";

/** Body of {@link queryKeys}. */
export interface QueryKeysBody {
  /** How long to wait for other servers, in milliseconds. Default: 10000. */
  timeout?: number | undefined;
  /** Devices by user; an empty list stands for all. */
  device_keys: Record<UserId, string[]>;
}

/** Checks a {@link QueryKeysBody}. */
export const QueryKeysBody: Model<QueryKeysBody> = /* @__PURE__ */ model(() =>
  obj<QueryKeysBody>({ timeout: z.optional(z.int()), device_keys: record(UserId, z.array(z.string())) }),
);

/** Response of {@link queryKeys}. */
export interface QueryKeysResponse {
  /** Errors of servers that could not be reached. */
  failures?: Record<string, JsonObject> | undefined;
  /** By user and device. */
  device_keys?: Record<UserId, Record<string, QueriedDeviceKeys>> | undefined;
  /** By user. */
  master_keys?: Record<UserId, CrossSigningKey> | undefined;
  /** By user. */
  self_signing_keys?: Record<UserId, CrossSigningKey> | undefined;
  /** By user; only the caller's own. */
  user_signing_keys?: Record<UserId, CrossSigningKey> | undefined;
}

/** Checks a {@link QueryKeysResponse}. */
export const QueryKeysResponse: Model<QueryKeysResponse> = /* @__PURE__ */ model(() =>
  obj<QueryKeysResponse>({
    failures: z.optional(independent(record(z.string(), jsonObject()))),
    device_keys: z.optional(independent(record(UserId, independent(record(z.string(), QueriedDeviceKeys.schema))))),
    master_keys: z.optional(independent(record(UserId, CrossSigningKey.schema))),
    self_signing_keys: z.optional(independent(record(UserId, CrossSigningKey.schema))),
    user_signing_keys: z.optional(independent(record(UserId, CrossSigningKey.schema))),
  }),
);

/** Request of {@link queryKeys}. */
export interface QueryKeysRequest {
  body: QueryKeysBody;
}

/**
 * Reads the device keys and cross-signing keys of users.
 *
 * `POST /_matrix/client/v3/keys/query` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keysquery}
 */
export const queryKeys: Endpoint<QueryKeysRequest, QueryKeysResponse> = /* @__PURE__ */ endpoint({
  id: "queryKeys",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/keys/query" },
      { since: "v1.1", path: "/_matrix/client/v3/keys/query" },
    ],
  },
  body: QueryKeysBody,
  response: QueryKeysResponse,
});
