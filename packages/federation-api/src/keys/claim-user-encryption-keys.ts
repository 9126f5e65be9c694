import { endpoint, type Endpoint, independent, model, type Model, obj, record } from "@patrix/api";
import { SignedKey } from "@patrix/client-api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Body of {@link claimUserEncryptionKeys}. */
export interface ClaimUserEncryptionKeysBody {
  /** Wanted algorithm by user and device. */
  one_time_keys: Record<UserId, Record<string, string>>;
}

/** Checks a {@link ClaimUserEncryptionKeysBody}. */
export const ClaimUserEncryptionKeysBody: Model<ClaimUserEncryptionKeysBody> = /* @__PURE__ */ model(() =>
  obj<ClaimUserEncryptionKeysBody>({ one_time_keys: record(UserId, record(z.string(), z.string())) }),
);

/** Response of {@link claimUserEncryptionKeys}. */
export interface ClaimUserEncryptionKeysResponse {
  /** Claimed keys by user, device and key ID. */
  one_time_keys: Record<UserId, Record<string, Record<string, string | SignedKey>>>;
}

/** Checks a {@link ClaimUserEncryptionKeysResponse}. */
export const ClaimUserEncryptionKeysResponse: Model<ClaimUserEncryptionKeysResponse> = /* @__PURE__ */ model(() =>
  obj<ClaimUserEncryptionKeysResponse>({
    one_time_keys: independent(
      record(UserId, independent(record(z.string(), independent(record(z.string(), z.union([z.string(), SignedKey.schema])))))),
    ),
  }),
);

/** Request of {@link claimUserEncryptionKeys}. */
export interface ClaimUserEncryptionKeysRequest {
  body: ClaimUserEncryptionKeysBody;
}

/**
 * Claims one-time keys of devices of the called server.
 *
 * `POST /_matrix/federation/v1/user/keys/claim` · signed request
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#post_matrixfederationv1userkeysclaim}
 */
export const claimUserEncryptionKeys: Endpoint<ClaimUserEncryptionKeysRequest, ClaimUserEncryptionKeysResponse> = /* @__PURE__ */ endpoint({
  id: "claimUserEncryptionKeys",
  method: "POST",
  auth: "signedRequest",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/federation/v1/user/keys/claim" }] },
  body: ClaimUserEncryptionKeysBody,
  response: ClaimUserEncryptionKeysResponse,
});
