import { decodeUnpaddedBase64 } from "@patrix/identifiers";
import { isEd25519KeyId, type KeyLookup, type VerifyKey } from "@patrix/signatures";
import { FederationError } from "../errors.ts";
import type { WantedKey } from "../keys/wanted-key.ts";
import { readAuthorization, type RequestAuthorization } from "./read-authorization.ts";
import { signedRequestBytes } from "./signed-request.ts";

/** A request as it was received. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query exactly as they came, still percent-encoded. */
  readonly uri: string;
  /** Values of all `Authorization` headers. */
  readonly authorization: string | readonly string[] | undefined;
  /** The body as parsed JSON; `undefined` for a request without a body. */
  readonly content?: unknown;
}

/** Finds signing keys, as {@link KeyRing} does. */
export interface RequestKeys {
  /** A lookup in which those of the wanted keys are that could be had. */
  getKeys(wanted: readonly WantedKey[]): Promise<KeyLookup>;
}

/** How requests are verified. */
export interface VerifyRequestOptions {
  /** Name of the own server, which requests must be meant for. */
  readonly serverName: string;
  readonly keys: RequestKeys;
  /** Milliseconds since the epoch. */
  readonly nowTs: number;
}

/** Who sent a request. */
export interface VerifiedRequest {
  readonly origin: string;
  /** IDs of the keys whose signatures were verified. */
  readonly keyIds: readonly string[];
}

/**
 * Checks that a request was signed by the server it says it comes from, with a key that is valid now, and for this server.
 * Signatures of unknown keys are skipped; every one of a known key must verify, and one at least must.
 *
 * Without `destination` in the header the signature must still cover the own name as destination.
 *
 * @throws {@link FederationError} `MISSING_AUTHORIZATION`, `MALFORMED_AUTHORIZATION`, `WRONG_DESTINATION`, `NOT_CANONICAL`, `UNKNOWN_KEY`,
 * `KEY_NOT_VALID` or `BAD_SIGNATURE`; all of them mean status 401.
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#request-authentication}
 */
export async function verifyRequest(request: ReceivedRequest, { serverName, keys, nowTs }: VerifyRequestOptions): Promise<VerifiedRequest> {
  const authorization = readAuthorization(request.authorization);
  const { origin, destination = serverName, signatures } = authorization;
  if (destination !== serverName) throw new FederationError("WRONG_DESTINATION", "the request is meant for another server");
  if (origin === serverName) throw new FederationError("MALFORMED_AUTHORIZATION", "the request says it comes from this server");
  const { method, uri, content } = request;
  const bytes = signedRequestBytes({ method, uri, origin, destination, content });
  const wanted = [...signatures.keys()].filter(isEd25519KeyId).map((keyId) => ({ server: origin, keyId, minimumValidUntilTs: nowTs }));
  const lookup = wanted.length === 0 ? () => undefined : await keys.getKeys(wanted);
  const verified: string[] = [];
  for (const { key, signature } of usable(authorization, lookup, nowTs)) {
    if (!(await key.verifyAsync(bytes, signature))) throw badSignature(key.keyId);
    verified.push(key.keyId);
  }
  return { origin, keyIds: verified };
}

interface Check {
  readonly key: VerifyKey;
  readonly signature: Uint8Array;
}

/** The signatures of known keys that sign requests now; retired keys verify events only. */
function usable({ origin, signatures }: RequestAuthorization, lookup: KeyLookup, nowTs: number): Check[] {
  const checks: Check[] = [];
  let isAnyKnown = false;
  for (const [keyId, sig] of signatures) {
    const key = lookup(origin, keyId);
    if (key === undefined) continue;
    isAnyKnown = true;
    if (key.expiredTs !== undefined || key.validUntilTs === undefined || key.validUntilTs < nowTs) continue;
    checks.push({ key, signature: decode(sig, keyId) });
  }
  if (checks.length > 0) return checks;
  throw isAnyKnown
    ? new FederationError("KEY_NOT_VALID", `the keys of ${origin} that signed the request are not valid now`)
    : new FederationError("UNKNOWN_KEY", `the request is signed by no known key of ${origin}`);
}

function decode(sig: string, keyId: string): Uint8Array {
  try {
    return decodeUnpaddedBase64(sig);
  } catch {
    throw badSignature(keyId);
  }
}

function badSignature(keyId: string): FederationError {
  return new FederationError("BAD_SIGNATURE", `the signature of the request by ${keyId} does not verify`);
}
