import { formatXMatrix } from "@patrix/federation-api";
import { encodeUnpaddedBase64 } from "@patrix/identifiers";
import type { SigningKey } from "@patrix/signatures";
import { type RequestEnvelope, type SignedRequest, signedEnvelopeBytes, signedRequestBytes } from "./signed-request.ts";

/**
 * Signs a request and returns its `Authorization` header.
 *
 * @throws {@link FederationError} `NOT_CANONICAL`; XMatrixError for names that no header can hold.
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#request-authentication}
 * @example
 * headers.authorization = signRequest({ method: "GET", uri: "/_matrix/federation/v1/version", origin: "a.org", destination: "b.org" }, key);
 */
export function signRequest(request: SignedRequest, key: SigningKey): string {
  return authorization(request, signedRequestBytes(request), key);
}

/** @internal As {@link signRequest}, for a content that is canonical already. */
export function signEnvelope(envelope: RequestEnvelope, content: string | undefined, key: SigningKey): string {
  return authorization(envelope, signedEnvelopeBytes(envelope, content), key);
}

function authorization({ origin, destination }: RequestEnvelope, bytes: Uint8Array, key: SigningKey): string {
  return formatXMatrix({ origin, destination, key: key.keyId, sig: encodeUnpaddedBase64(key.sign(bytes)) });
}
