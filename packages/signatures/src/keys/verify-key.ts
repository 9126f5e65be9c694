import { encodeUnpaddedBase64 } from "@patrix/identifiers";
import { defaultEd25519 } from "../crypto/default-ed25519.ts";
import type { Bytes, Ed25519, Ed25519Verifier } from "../crypto/ed25519.ts";
import { type Ed25519KeyId, parseEd25519KeyId } from "./key-id.ts";
import { decodeKey } from "./signing-key.ts";

/** When a server's key counts; all times in milliseconds since the epoch. */
export interface KeyValidity {
  /** `valid_until_ts` of the answer that published the key, capped by {@link capValidUntilTs}. */
  readonly validUntilTs?: number | undefined;
  /** `expired_ts` of a key that the server lists under `old_verify_keys`. */
  readonly expiredTs?: number | undefined;
}

/** A public key of a server or device, prepared for verifying. */
export interface VerifyKey extends Ed25519Verifier, KeyValidity {
  readonly keyId: Ed25519KeyId;
  /** The public key, unpadded base64. */
  readonly publicKey: string;
}

/** Finds the key of a server by key ID, `undefined` for one that is not known. */
export type KeyLookup = (server: string, keyId: string) => VerifyKey | undefined;

/**
 * Prepares a public key: 32 bytes, or their base64. The last few thousand keys stay prepared, so a repeated call is cheap.
 *
 * @throws {@link SignaturesError} `INVALID_KEY` if it is not 32 bytes, `INVALID_KEY_ID` if `keyId` is not `ed25519:…`.
 */
export function createVerifyKey(
  publicKey: Bytes | string,
  keyId: string,
  validity: KeyValidity = {},
  ed25519: Ed25519 = defaultEd25519(),
): VerifyKey {
  const id = parseEd25519KeyId(keyId);
  const bytes = decodeKey(publicKey, "public half");
  const text = encodeUnpaddedBase64(bytes);
  const verifier = prepared(bytes, text, ed25519);
  return {
    keyId: id,
    publicKey: text,
    validUntilTs: validity.validUntilTs,
    expiredTs: validity.expiredTs,
    verify: (message, signature) => verifier.verify(message, signature),
    verifyAsync: (message, signature) => verifier.verifyAsync(message, signature),
  };
}

/** As many as servers are in a very large room. */
const MAX_PREPARED = 8_192;

/** Prepared verifiers by public key: once the newer ones are half of all that are kept, those that were not used since go. */
interface PreparedVerifiers {
  newer: Map<string, Ed25519Verifier>;
  older: Map<string, Ed25519Verifier>;
}

const preparedBy: WeakMap<Ed25519, PreparedVerifiers> = /* @__PURE__ */ new WeakMap();

/** Preparing costs a third of a verification: the most recently used verifiers are kept per implementation. */
function prepared(publicKey: Bytes, text: string, ed25519: Ed25519): Ed25519Verifier {
  let cache = preparedBy.get(ed25519);
  if (cache === undefined) preparedBy.set(ed25519, (cache = { newer: new Map(), older: new Map() }));
  const known = cache.newer.get(text);
  if (known) return known;
  const verifier = cache.older.get(text) ?? ed25519.prepareVerifier(publicKey);
  if (cache.newer.size >= MAX_PREPARED / 2) {
    cache.older = cache.newer;
    cache.newer = new Map();
  }
  cache.newer.set(text, verifier);
  return verifier;
}

const forever: KeyValidity = { validUntilTs: Number.POSITIVE_INFINITY };

/**
 * Looks keys up in a plain object: server name → key ID → public key, prepared or in base64. Keys in base64 count as valid for ever;
 * unusable entries count as unknown.
 */
export function keyLookup(keys: Readonly<Record<string, Readonly<Record<string, string | VerifyKey>>>>): KeyLookup {
  const found = new Map<string, VerifyKey>();
  for (const [server, byId] of Object.entries(keys)) {
    for (const [keyId, key] of Object.entries(byId)) {
      try {
        found.set(`${server} ${keyId}`, typeof key === "string" ? createVerifyKey(key, keyId, forever) : key);
      } catch {
        // A key of an unknown algorithm or shape cannot verify anything.
      }
    }
  }
  return (server, keyId) => found.get(`${server} ${keyId}`);
}

const SEVEN_DAYS_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * The lesser of `valid_until_ts` and seven days after `nowTs`, so that no server can publish a key that outlives its revocation.
 *
 * @see {@link https://spec.matrix.org/v1.19/rooms/v5/#signing-key-validity-period}
 */
export function capValidUntilTs(validUntilTs: number, nowTs: number): number {
  return Math.min(validUntilTs, nowTs + SEVEN_DAYS_MS);
}

/**
 * Whether a key counts for an event.
 *
 * A key known to have expired before the event was sent never does. Where the room version enforces validity, the key's validity must also
 * reach `originServerTs`; a key that says neither when it expired nor how long it is valid then does not count.
 *
 * @see {@link https://spec.matrix.org/v1.19/rooms/v5/#signing-key-validity-period}
 */
export function isKeyValidAt(key: KeyValidity, originServerTs: number, enforceKeyValidity: boolean): boolean {
  if (key.expiredTs !== undefined) return originServerTs <= key.expiredTs;
  return !enforceKeyValidity || (key.validUntilTs !== undefined && originServerTs <= key.validUntilTs);
}
