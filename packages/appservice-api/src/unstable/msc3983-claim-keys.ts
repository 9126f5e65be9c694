import { type Endpoint, endpoint, type Model, model, record } from "@patrix/api";
import { SignedKey } from "@patrix/client-api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Body of {@link claimAppserviceKeys}: wanted algorithms by user and device. */
export type ClaimAppserviceKeysBody = Record<UserId, Record<string, string[]>>;
/** Checks a {@link ClaimAppserviceKeysBody}. */
export const ClaimAppserviceKeysBody: Model<ClaimAppserviceKeysBody> = /* @__PURE__ */ model(() =>
  record(UserId, record(z.string(), z.array(z.string()))),
);

/** Response of {@link claimAppserviceKeys}: claimed keys by user, device and key ID. */
export type ClaimAppserviceKeysResponse = Record<UserId, Record<string, Record<string, string | SignedKey>>>;
/** Checks a {@link ClaimAppserviceKeysResponse}. */
export const ClaimAppserviceKeysResponse: Model<ClaimAppserviceKeysResponse> = /* @__PURE__ */ model(() =>
  record(UserId, record(z.string(), record(z.string(), z.union([z.string(), SignedKey.schema])))),
);

/** Request of {@link claimAppserviceKeys}. */
export interface ClaimAppserviceKeysRequest {
  body: ClaimAppserviceKeysBody;
}

/**
 * Claims one-time keys of devices that the application service holds the keys of.
 *
 * `POST /_matrix/app/unstable/org.matrix.msc3983/keys/claim` · homeserver token
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/3983}
 */
export const claimAppserviceKeys: Endpoint<ClaimAppserviceKeysRequest, ClaimAppserviceKeysResponse> = /* @__PURE__ */ endpoint({
  id: "claimAppserviceKeys",
  method: "POST",
  auth: "homeserverToken",
  rateLimited: false,
  history: { unstable: [{ path: "/_matrix/app/unstable/org.matrix.msc3983/keys/claim" }] },
  body: ClaimAppserviceKeysBody,
  response: ClaimAppserviceKeysResponse,
});
