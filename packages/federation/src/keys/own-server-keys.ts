import { type JsonObject, type Signed, type SigningKey, signJson } from "@patrix/signatures";
import type { ServerKeys } from "@patrix/federation-api";

/** A key that the server no longer signs with. */
export interface RetiredKey {
  readonly keyId: string;
  /** Public key in unpadded base64. */
  readonly publicKey: string;
  /** When it was retired, in milliseconds since the epoch. */
  readonly expiredTs: number;
}

/** What a server publishes about its keys. */
export interface OwnServerKeys {
  readonly serverName: string;
  /** Keys that sign now; the response carries a signature of each. */
  readonly current: readonly SigningKey[];
  readonly retired?: readonly RetiredKey[] | undefined;
  /** When others should ask again, in milliseconds since the epoch; they take at most seven days. */
  readonly validUntilTs: number;
}

/**
 * Builds the response in which a server publishes its keys, signed with every current one.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#get_matrixkeyv2server}
 */
export function buildServerKeys({ serverName, current, retired = [], validUntilTs }: OwnServerKeys): ServerKeys {
  const unsigned = {
    server_name: serverName,
    verify_keys: Object.fromEntries(current.map(({ keyId, publicKey }) => [keyId, { key: publicKey }])),
    old_verify_keys: Object.fromEntries(
      retired.map(({ keyId, publicKey, expiredTs }) => [keyId, { key: publicKey, expired_ts: expiredTs }]),
    ),
    valid_until_ts: validUntilTs,
  };
  const signatures: Record<string, Record<string, string>> = {};
  for (const key of current) Object.assign((signatures[serverName] ??= {}), signJson(unsigned, serverName, key).signatures[serverName]);
  return { ...unsigned, signatures };
}

/**
 * Vouches for the keys of another server: the response of that server as it came, with the notary's signature added.
 *
 * @throws SignaturesError `MALFORMED_SIGNATURES` for a response that was never checked.
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#querying-keys-through-another-server}
 */
export function signAsNotary(response: JsonObject, notaryName: string, key: SigningKey): Signed<JsonObject> {
  return signJson(response, notaryName, key);
}
