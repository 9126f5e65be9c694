import { type Endpoint, endpoint } from "@patrix/api";
import { KeyValidityResponse } from "./key-validity-response.ts";
import { PublicKeyQuery } from "./public-key-query.ts";

/** Request of {@link isPublicKeyValid}. */
export interface IsPublicKeyValidRequest {
  query: PublicKeyQuery;
}

/**
 * Tells whether a long-term public key of the identity server is valid.
 *
 * `GET /_matrix/identity/v2/pubkey/isvalid` · no authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityv2pubkeyisvalid}
 */
export const isPublicKeyValid: Endpoint<IsPublicKeyValidRequest, KeyValidityResponse> = /* @__PURE__ */ endpoint({
  id: "isPubKeyValidV2",
  method: "GET",
  auth: "none",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/identity/v2/pubkey/isvalid" }] },
  query: PublicKeyQuery,
  response: KeyValidityResponse,
});
