import { encodeCanonicalJson } from "@patrix/canonical-json";
import { FederationError } from "../errors.ts";

/** What the signature of a request covers. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query, from `/_matrix/` on, as they are sent. */
  readonly uri: string;
  /** Server that sends the request. */
  readonly origin: string;
  /** Server that the request is for, by its name before any delegation. */
  readonly destination: string;
  /** The body as parsed JSON; `undefined` for a request without a body. */
  readonly content?: unknown;
}

const encoder: TextEncoder = /* @__PURE__ */ new TextEncoder();

/**
 * The bytes that are signed. Numbers that Canonical JSON forbids are let through, since transactions carry events of old room versions.
 *
 * @throws {@link FederationError} `NOT_CANONICAL` for lone surrogates and bodies nested too deep.
 */
export function signedRequestBytes({ method, uri, origin, destination, content }: SignedRequest): Uint8Array {
  const covered = { method, uri, origin, destination, ...(content === undefined ? {} : { content }) };
  try {
    return encoder.encode(encodeCanonicalJson(covered, { strict: false }));
  } catch (cause) {
    throw new FederationError("NOT_CANONICAL", "the body of the request has no Canonical JSON", { cause });
  }
}
