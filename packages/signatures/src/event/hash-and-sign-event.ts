import type { RoomVersionRules } from "@patrix/room-versions";
import type { JsonObject } from "../json/json-object.ts";
import { addSignature, type Signatures } from "../json/sign-json.ts";
import type { SigningKey } from "../keys/signing-key.ts";
import { contentHash, essentialText } from "./hashes.ts";
import { redact } from "./redact.ts";

/** The members that hashing and signing add to an event. A type and no interface, so that an event that has them is still a JSON object. */
export type HashedAndSigned = {
  readonly hashes: { readonly sha256: string };
  readonly signatures: Signatures;
};

const encoder: TextEncoder = /* @__PURE__ */ new TextEncoder();

/**
 * Signs an event that has its hashes, and returns a copy with the signature added. The signature covers what redaction leaves.
 * In room versions with hashes as event IDs the event must not carry `event_id`.
 *
 * @throws {@link SignaturesError} `MALFORMED_EVENT` or `MALFORMED_SIGNATURES`; CanonicalJsonError where the event has no Canonical JSON.
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#signing-events}
 */
export function signEvent<T extends JsonObject>(
  event: T,
  server: string,
  key: SigningKey,
  rules: RoomVersionRules,
): T & Pick<HashedAndSigned, "signatures"> {
  const bytes = encoder.encode(essentialText(redact(event, rules), rules));
  return { ...event, signatures: addSignature(event["signatures"], server, key, bytes) };
}

/**
 * Adds the content hash and a server's signature to an event, and returns the copy that carries both. Hashes that were there are replaced,
 * signatures kept.
 *
 * @throws {@link SignaturesError} `MALFORMED_EVENT` or `MALFORMED_SIGNATURES`; CanonicalJsonError where the event has no Canonical JSON.
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#adding-hashes-and-signatures-to-outgoing-events}
 */
export function hashAndSignEvent<T extends JsonObject>(
  event: T,
  server: string,
  key: SigningKey,
  rules: RoomVersionRules,
): T & HashedAndSigned {
  return signEvent({ ...event, hashes: { sha256: contentHash(event, rules) } }, server, key, rules);
}
