import { checkServerKeys, type CheckedServerKeys, KeyRing, type KeySource, type WantedKey } from "@patrix/federation";
import { keyLookup, type KeyLookup, type VerifyKey } from "@patrix/signatures";
import type { PublicKeys } from "../input/read-keys.ts";
import { describeFailure, type Failure } from "./failure.ts";
import type { Federation } from "./open-federation.ts";

/** What came of fetching the keys of one server. */
export interface ServerReport {
  readonly server: string;
  /** `given` by the caller, `fetched`, `absent` where it publishes others only, or `failed`. */
  readonly outcome: "given" | "fetched" | "absent" | "failed";
  readonly keys: readonly KeyReport[];
  /** IDs of keys that are wanted and were not found. */
  readonly missing: readonly string[];
  readonly problem?: Failure | undefined;
}

/** One key that can be verified with. */
export interface KeyReport {
  readonly keyId: string;
  readonly publicKey: string;
  /** As ISO 8601; absent for keys that the caller gave. */
  readonly validUntil?: string | undefined;
  /** As ISO 8601; for keys that were retired. */
  readonly retired?: string | undefined;
}

/** Keys to verify with, and where each comes from. */
export interface FetchedKeys {
  readonly lookup: KeyLookup;
  /** One for each server, in the order of the keys that were wanted. */
  readonly servers: readonly ServerReport[];
}

/** What is wanted, and who is asked. */
export interface KeysWanted {
  readonly wanted: readonly WantedKey[];
  /** Keys that need not be fetched. */
  readonly given: PublicKeys;
  /** Names of the notaries. */
  readonly notaries: readonly string[];
}

/** Fetches the keys that are wanted and not given, from their servers and then from the notaries. */
export async function fetchKeys({ wanted, given, notaries }: KeysWanted, { ports, keySource }: Federation): Promise<FetchedKeys> {
  const seen = new Watched(keySource, () => ports.clock.now());
  const lookupGiven = keyLookup(given);
  const known = Object.fromEntries(
    Object.entries(given).map(([server, keys]) => [server, Object.keys(keys).flatMap((keyId) => lookupGiven(server, keyId) ?? [])]),
  );
  const ring = new KeyRing({ clock: ports.clock, source: seen, known, notaries: notaries.map((server) => ({ server })) });
  const lookup = await ring.getKeys(wanted);
  const names = [...new Set(wanted.map(({ server }) => server))];
  const reportOf = (server: string): ServerReport => {
    const keyIds = wanted.filter((key) => key.server === server).map(({ keyId }) => keyId);
    const keys = keyIds.flatMap((keyId) => lookup(server, keyId) ?? []).map(describeKey);
    const missing = keyIds.filter((keyId) => lookup(server, keyId) === undefined);
    if (Object.hasOwn(known, server)) return { server, outcome: "given", keys, missing };
    if (keys.length > 0) return { server, outcome: "fetched", keys, missing };
    return { server, keys, missing, ...seen.problemOf(server, missing) };
  };
  return { lookup, servers: names.map(reportOf) };
}

/** A source that remembers what went wrong, which the key ring keeps to itself. */
class Watched implements KeySource {
  readonly queryNotary: KeySource["queryNotary"];
  readonly #source: KeySource;
  readonly #now: () => number;
  readonly #seen = new Map<string, CheckedServerKeys | Failure>();

  constructor(source: KeySource, now: () => number) {
    this.#source = source;
    this.#now = now;
    this.queryNotary = (notary, query) => source.queryNotary(notary, query);
  }

  async fetchServerKeys(server: string): Promise<unknown> {
    try {
      const response = await this.#source.fetchServerKeys(server);
      this.#seen.set(server, checkServerKeys(response, server, this.#now()));
      return response;
    } catch (error) {
      this.#seen.set(server, describeFailure(error));
      throw error;
    }
  }

  problemOf(server: string, missing: readonly string[]): Pick<ServerReport, "outcome" | "problem"> {
    const seen = this.#seen.get(server) ?? { code: "INVALID_SERVER_NAME", message: "it has no name to ask at", advice: "Check the event." };
    if ("code" in seen) return { outcome: "failed", problem: seen };
    const published = Object.keys(seen.keys).join(", ") || "none";
    const message = `it publishes ${published}, and not ${missing.join(", ")}`;
    return { outcome: "absent", problem: { code: "UNKNOWN_KEY", message, advice: "A notary may remember the key: --notary NAME." } };
  }
}

function describeKey({ keyId, publicKey, validUntilTs, expiredTs }: VerifyKey): KeyReport {
  return {
    keyId,
    publicKey,
    validUntil: validUntilTs === undefined || validUntilTs === Number.POSITIVE_INFINITY ? undefined : isoTime(validUntilTs),
    retired: expiredTs === undefined ? undefined : isoTime(expiredTs),
  };
}

/** A time as people read it; `never` for one that no calendar has. */
export function isoTime(ts: number): string {
  const date = new Date(ts);
  return Number.isNaN(date.getTime()) ? "never" : date.toISOString();
}
