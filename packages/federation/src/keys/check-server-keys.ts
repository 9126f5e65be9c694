import { type JsonObject, isJsonObject } from "@patrix/api";
import { ServerKeys } from "@patrix/federation-api";
import { capValidUntilTs, createVerifyKey, verifyJson, type VerifyKey } from "@patrix/signatures";
import { FederationError } from "../errors.ts";
import type { StoredKey } from "./key-store.ts";

/** Most keys of one server that are accepted, old ones included. */
export const MAX_KEYS_OF_SERVER = 128;

/** Keys that a server has published, checked. */
export interface CheckedServerKeys {
  readonly server: string;
  /** By key ID. */
  readonly keys: Readonly<Record<string, StoredKey>>;
  /** The keys that sign now. */
  readonly current: readonly VerifyKey[];
  readonly response: JsonObject;
}

/** Who vouches for a response, besides the server itself. */
export interface Notary {
  readonly server: string;
  readonly keys: readonly VerifyKey[];
}

/**
 * Checks a response with the keys of a server: its form, that it is signed by one of the keys that it lists as current, and where a
 * notary passed it on, that the notary signed it. Validity is capped at seven days from now. Keys of unknown algorithms are left out.
 *
 * @param server the server that was asked for; `undefined` to accept the one that the response names.
 * @throws {@link FederationError} `MALFORMED_KEYS`, `WRONG_SERVER_NAME`, `UNSIGNED_KEYS` or `NOTARY_NOT_SIGNED`.
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#publishing-keys}
 */
export function checkServerKeys(response: unknown, server: string | undefined, nowTs: number, notary?: Notary): CheckedServerKeys {
  const parsed = ServerKeys.safeParse(response);
  if (!parsed.ok || !isJsonObject(response)) throw new FederationError("MALFORMED_KEYS", "the key response is malformed");
  const { server_name: named, verify_keys: current, old_verify_keys: old = {}, valid_until_ts: validUntilTs } = parsed.value;
  if (server !== undefined && named !== server) throw new FederationError("WRONG_SERVER_NAME", "the key response is of another server");
  if (Object.keys(current).length + Object.keys(old).length > MAX_KEYS_OF_SERVER) {
    throw new FederationError("MALFORMED_KEYS", `the key response has more than ${MAX_KEYS_OF_SERVER} keys`);
  }
  const signers = Object.entries(current).flatMap(([keyId, { key }]) => prepare(key, keyId));
  const own = verifyJson(response, named, signers);
  if (own.outcome === "invalid") throw new FederationError("UNSIGNED_KEYS", `the key response is not signed by the server: ${own.message}`);
  if (notary) {
    const byNotary = verifyJson(response, notary.server, notary.keys);
    if (byNotary.outcome === "invalid") {
      throw new FederationError("NOTARY_NOT_SIGNED", `the key response is not signed by the notary: ${byNotary.message}`);
    }
  }
  const until = capValidUntilTs(validUntilTs, nowTs);
  const keys: Record<string, StoredKey> = {};
  for (const [keyId, { key, expired_ts: expiredTs }] of Object.entries(old)) {
    // A key cannot be retired in the future: it would then be current.
    for (const { publicKey } of prepare(key, keyId))
      keys[keyId] = { key: publicKey, validUntilTs: until, expiredTs: Math.min(expiredTs, nowTs) };
  }
  for (const { keyId, publicKey } of signers) keys[keyId] = { key: publicKey, validUntilTs: until };
  return { server: named, keys, current: signers, response };
}

/** The key prepared, or nothing for one that is malformed or of an unknown algorithm. */
function prepare(key: string, keyId: string): VerifyKey[] {
  try {
    return [createVerifyKey(key, keyId)];
  } catch {
    return [];
  }
}
