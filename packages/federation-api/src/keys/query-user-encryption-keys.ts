import { endpoint, type Endpoint, independent, model, type Model, obj, record } from "@patrix/api";
import { QueriedDeviceKeys } from "@patrix/client-api";
import { CrossSigningKey } from "@patrix/events";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Body of {@link queryUserEncryptionKeys}. */
export interface QueryUserEncryptionKeysBody {
  /** Devices by user; an empty list stands for all. */
  device_keys: Record<UserId, string[]>;
}

/** Checks a {@link QueryUserEncryptionKeysBody}. */
export const QueryUserEncryptionKeysBody: Model<QueryUserEncryptionKeysBody> = /* @__PURE__ */ model(() =>
  obj<QueryUserEncryptionKeysBody>({ device_keys: record(UserId, z.array(z.string())) }),
);

/** Response of {@link queryUserEncryptionKeys}. */
export interface QueryUserEncryptionKeysResponse {
  /** By user and device. */
  device_keys: Record<UserId, Record<string, QueriedDeviceKeys>>;
  /** By user. */
  master_keys?: Record<UserId, CrossSigningKey> | undefined;
  /** By user. */
  self_signing_keys?: Record<UserId, CrossSigningKey> | undefined;
}

/** Checks a {@link QueryUserEncryptionKeysResponse}. */
export const QueryUserEncryptionKeysResponse: Model<QueryUserEncryptionKeysResponse> = /* @__PURE__ */ model(() =>
  obj<QueryUserEncryptionKeysResponse>({
    device_keys: independent(record(UserId, independent(record(z.string(), QueriedDeviceKeys.schema)))),
    master_keys: z.optional(independent(record(UserId, CrossSigningKey.schema))),
    self_signing_keys: z.optional(independent(record(UserId, CrossSigningKey.schema))),
  }),
);

/** Request of {@link queryUserEncryptionKeys}. */
export interface QueryUserEncryptionKeysRequest {
  body: QueryUserEncryptionKeysBody;
}

/**
 * Reads the device keys and cross-signing keys of users of the called server.
 *
 * `POST /_matrix/federation/v1/user/keys/query` · signed request
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#post_matrixfederationv1userkeysquery}
 */
export const queryUserEncryptionKeys: Endpoint<QueryUserEncryptionKeysRequest, QueryUserEncryptionKeysResponse> = /* @__PURE__ */ endpoint({
  id: "queryUserEncryptionKeys",
  method: "POST",
  auth: "signedRequest",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/federation/v1/user/keys/query" }] },
  body: QueryUserEncryptionKeysBody,
  response: QueryUserEncryptionKeysResponse,
});
