import { encodeCanonicalJson } from "@patrix/canonical-json";
import { FederationError } from "../errors.ts";

/** Who sends a request of what kind to whom. */
export interface RequestEnvelope {
  readonly method: string;
  /** Path and query, from `/_matrix/` on, as they are sent. */
  readonly uri: string;
  /** Server that sends the request. */
  readonly origin: string;
  /** Server that the request is for, by its name before any delegation. */
  readonly destination: string;
}

/** What the signature of a request covers. */
export interface SignedRequest extends RequestEnvelope {
  /** The body as parsed JSON; `undefined` for a request without a body. */
  readonly content?: unknown;
}

const encoder: TextEncoder = /* @__PURE__ */ new TextEncoder();

/**
 * The bytes that are signed. Numbers that Canonical JSON forbids are let through, since transactions carry events of old room versions.
 *
 * @throws {@link FederationError} `NOT_CANONICAL` for lone surrogates and bodies nested too deep.
 */
export function signedRequestBytes({ content, ...envelope }: SignedRequest): Uint8Array {
  return signedEnvelopeBytes(envelope, content === undefined ? undefined : canonicalContent(content));
}

/** @internal As {@link signedRequestBytes}, for a content that is canonical already: one that goes to many servers is made so once. */
export function signedEnvelopeBytes({ method, uri, origin, destination }: RequestEnvelope, content: string | undefined): Uint8Array {
  const envelope = canonicalContent({ method, uri, origin, destination });
  // Of the members, `content` is the first.
  return encoder.encode(content === undefined ? envelope : `{"content":${content},${envelope.slice(1)}`);
}

/** @internal The body of a request in the form in which it is signed. @throws As {@link signedRequestBytes}. */
export function canonicalContent(content: unknown): string {
  try {
    return encodeCanonicalJson(content, { strict: false });
  } catch (cause) {
    throw new FederationError("NOT_CANONICAL", "the body of the request has no Canonical JSON", { cause });
  }
}
