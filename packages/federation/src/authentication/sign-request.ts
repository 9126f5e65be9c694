import { formatXMatrix } from "@patrix/federation-api";
import { encodeUnpaddedBase64 } from "@patrix/identifiers";
import type { SigningKey } from "@patrix/signatures";
import { type SignedRequest, signedRequestBytes } from "./signed-request.ts";

/**
 * Signs a request and returns its `Authorization` header.
 *
 * @throws {@link FederationError} `NOT_CANONICAL`; XMatrixError for names that no header can hold.
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#request-authentication}
 * @example
 * headers.authorization = signRequest({ method: "GET", uri: "/_matrix/federation/v1/version", origin: "a.org", destination: "b.org" }, key);
 */
export function signRequest(request: SignedRequest, key: SigningKey): string {
  const sig = encodeUnpaddedBase64(key.sign(signedRequestBytes(request)));
  return formatXMatrix({ origin: request.origin, destination: request.destination, key: key.keyId, sig });
}
