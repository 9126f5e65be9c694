import { type Endpoint, endpoint } from "@patrix/api";
import { KeyValidityResponse } from "./key-validity-response.ts";
import { PublicKeyQuery } from "./public-key-query.ts";

/** Request of {@link isEphemeralPublicKeyValid}. */
export interface IsEphemeralPublicKeyValidRequest {
  query: PublicKeyQuery;
}

/**
 * Tells whether a short-term public key of the identity server is valid.
 *
 * `GET /_matrix/identity/v2/pubkey/ephemeral/isvalid` · no authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityv2pubkeyephemeralisvalid}
 */
export const isEphemeralPublicKeyValid: Endpoint<IsEphemeralPublicKeyValidRequest, KeyValidityResponse> = /* @__PURE__ */ endpoint({
  id: "isEphemeralPubKeyValidV2",
  method: "GET",
  auth: "none",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/identity/v2/pubkey/ephemeral/isvalid" }] },
  query: PublicKeyQuery,
  response: KeyValidityResponse,
});
