import { LruCache, type ProgramClock, Semaphore, SingleFlight } from "@patrix/concurrency";
import { isServerName } from "@patrix/identifiers";
import type { RoomVersionRules } from "@patrix/room-versions";
import {
  createVerifyKey,
  type JsonObject,
  type KeyLookup,
  requiredKeys,
  type VerifyEventResult,
  verifyMany,
  type VerifyKey,
} from "@patrix/signatures";
import { errorLifetimeMs } from "../discovery/cache-lifetime.ts";
import { checkServerKeys, type CheckedServerKeys } from "./check-server-keys.ts";
import type { KeySource } from "./key-source.ts";
import { type KeyStore, MemoryKeyStore, type StoredServerKeys } from "./key-store.ts";
import { KeyWitnesses } from "./key-witnesses.ts";
import { NotaryQueries, type NotaryServer } from "./notary-queries.ts";
import { isGoodEnough, storedKey, type WantedKey } from "./wanted-key.ts";

/** Options of a {@link KeyRing}. */
export interface KeyRingOptions {
  /** Tells the time, and may hear of signatures that are checked on other cores. */
  readonly clock: Pick<ProgramClock, "hold" | "now">;
  readonly source: KeySource;
  /** Default: in memory. */
  readonly store?: KeyStore | undefined;
  /** Keys that are never fetched, by server: those of the own server. */
  readonly known?: Readonly<Record<string, readonly VerifyKey[]>> | undefined;
  /** Servers that are asked, in order, for keys that their own server does not give. Default: none. */
  readonly notaries?: readonly NotaryServer[] | undefined;
}

const MAX_CONCURRENT_FETCHES = 16;
/** With so many servers waiting to be asked, more are taken for unreachable: anyone can send requests in invented names. */
const MAX_WAITING_SERVERS = 500;
/** How soon a server that failed is asked again, after each of the first failures: it may be back, and sending what nobody can check without its keys. */
const QUICK_WAITS_MS: readonly number[] = [2_000, 5_000, 15_000, 30_000];
/** And at the latest. */
const MAX_FAILURE_WAIT_MS = 5 * 60_000;
/** Most keys of one server that are kept. */
const MAX_KEPT_KEYS = 512;
const MAX_REMEMBERED = 10_000;
/** A server that has just answered is not asked again so soon, whatever keys are wanted. */
const MIN_REFETCH_MS = 60_000;

interface Attempt {
  readonly notBeforeTs: number;
  readonly failures: number;
}

/**
 * Keeps the signing keys of other servers: fetches those that are missing or no longer valid, once for all who ask at the same time,
 * from the server itself and then from notaries, and leaves servers alone that have failed.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#retrieving-server-keys}
 */
export class KeyRing {
  readonly #clock: KeyRingOptions["clock"];
  readonly #source: KeySource;
  readonly #store: KeyStore;
  readonly #known: Readonly<Record<string, readonly VerifyKey[]>>;
  readonly #notaries: readonly NotaryQueries[];
  readonly #witnesses: KeyWitnesses;
  readonly #flights = new SingleFlight<string, StoredServerKeys | undefined>();
  readonly #slots = new Semaphore(MAX_CONCURRENT_FETCHES, { maxWaiting: MAX_WAITING_SERVERS });
  readonly #attempts = new LruCache<string, Attempt>(MAX_REMEMBERED);

  constructor({ clock, source, store = new MemoryKeyStore(), known = {}, notaries = [] }: KeyRingOptions) {
    this.#clock = clock;
    this.#source = source;
    this.#store = store;
    this.#known = known;
    this.#notaries = notaries.map((notary) => new NotaryQueries(notary, source, clock));
    this.#witnesses = new KeyWitnesses(source, clock);
  }

  /**
   * Gets keys ready. Those that could not be had are missing in the lookup; those that could be had only with a shorter validity are
   * in it, with that validity. It rejects only where the store does.
   *
   * @param witness - The server that hands on what the keys have signed. It is asked how long keys that are known are valid, where their own
   *   server does not answer.
   */
  async getKeys(wanted: readonly WantedKey[], witness?: string): Promise<KeyLookup> {
    const byServer = new Map<string, WantedKey[]>();
    for (const key of wanted) {
      const ofServer = byServer.get(key.server);
      if (ofServer) ofServer.push(key);
      else byServer.set(key.server, [key]);
    }
    const found = new Map<string, VerifyKey>();
    const getServer = async ([server, ofServer]: [string, readonly WantedKey[]]): Promise<void> => {
      for (const key of await this.#keysOf(server, ofServer, witness)) found.set(`${server} ${key.keyId}`, key);
    };
    await Promise.all(Array.from(byServer, getServer));
    return (server, keyId) => found.get(`${server} ${keyId}`);
  }

  /**
   * Verifies events in federation format, on several cores where the platform can, with the keys fetched as they are needed.
   *
   * @param witness - The server that gave the events, as for {@link KeyRing.getKeys}.
   */
  async verifyEvents(events: readonly JsonObject[], rules: RoomVersionRules, witness?: string): Promise<VerifyEventResult[]> {
    const wanted = events.flatMap((event) => {
      const sentTs = event["origin_server_ts"];
      const minimumValidUntilTs = rules.enforceKeyValidity && typeof sentTs === "number" ? sentTs : 0;
      return requiredKeys(event, rules).map((key) => ({ ...key, minimumValidUntilTs }));
    });
    return verifyMany(events, rules, await this.getKeys(wanted, witness));
  }

  /**
   * The latest response of a server with its keys, fetched if none that is valid for so long is kept; for answers as a notary.
   *
   * @param minimumValidUntilTs milliseconds since the epoch.
   */
  async getResponse(server: string, minimumValidUntilTs: number): Promise<JsonObject | undefined> {
    const stored = await this.#store.load(server);
    const isFresh = stored !== undefined && Object.values(stored.keys).some((key) => key.validUntilTs >= minimumValidUntilTs);
    return (isFresh ? stored : ((await this.#refresh(server)) ?? (await this.#store.load(server))))?.response;
  }

  async #keysOf(server: string, wanted: readonly WantedKey[], witness: string | undefined): Promise<VerifyKey[]> {
    const keyIds = new Set(wanted.map(({ keyId }) => keyId));
    const known = Object.hasOwn(this.#known, server) ? this.#known[server] : undefined;
    if (known) return known.filter((key) => keyIds.has(key.keyId)).map((key) => this.#held(key));
    const isEnough = (stored: StoredServerKeys | undefined): boolean =>
      stored !== undefined &&
      wanted.every(({ keyId, minimumValidUntilTs }) => isGoodEnough(storedKey(stored.keys, keyId), minimumValidUntilTs));
    let stored = await this.#store.load(server);
    // Where it is too soon to ask, others may have asked while this was read.
    if (!isEnough(stored)) stored = (await this.#refresh(server)) ?? (await this.#store.load(server));
    if (stored && witness !== undefined && !isEnough(stored)) stored = await this.#askWitness(server, { witness, wanted, stored });
    const { keys = {} } = stored ?? {};
    return [...keyIds].flatMap((keyId) => {
      const key = storedKey(keys, keyId);
      return key ? [this.#held(createVerifyKey(key.key, keyId, { validUntilTs: key.validUntilTs, expiredTs: key.expiredTs }))] : [];
    });
  }

  async #askWitness(
    server: string,
    { witness, wanted, stored }: { readonly witness: string; readonly wanted: readonly WantedKey[]; readonly stored: StoredServerKeys },
  ): Promise<StoredServerKeys> {
    const extended = await this.#witnesses.ask(witness, stored, wanted);
    if (!extended) return stored;
    const present = await this.#store.load(server);
    // What the server itself has said meanwhile is worth more: it may have retired the key.
    if (present && present.fetchedTs !== stored.fetchedTs) return present;
    await this.#store.save(server, extended);
    return extended;
  }

  /** Lets a clock of tests know when the key checks something. */
  #held(key: VerifyKey): VerifyKey {
    const { hold } = this.#clock;
    return hold ? { ...key, verifyAsync: (message, signature) => hold(key.verifyAsync(message, signature)) } : key;
  }

  /** Fetches the keys of a server unless it was asked too recently. */
  #refresh(server: string): Promise<StoredServerKeys | undefined> {
    return this.#flights.run(server, async () => {
      const attempt = this.#attempts.get(server);
      if (!isServerName(server) || (attempt && attempt.notBeforeTs > this.#clock.now())) return undefined;
      if (this.#slots.isFull) return undefined;
      const checked = await this.#slots.run(() => this.#fetch(server));
      const nowTs = this.#clock.now();
      if (checked === undefined) {
        const failures = (attempt?.failures ?? 0) + 1;
        this.#attempts.set(server, { failures, notBeforeTs: nowTs + failureWaitMs(failures) });
        return undefined;
      }
      this.#attempts.set(server, { failures: 0, notBeforeTs: nowTs + MIN_REFETCH_MS });
      const before = await this.#store.load(server);
      const all = { ...before?.keys, ...checked.keys };
      // A server that keeps changing its keys loses those it no longer publishes.
      const keys = Object.keys(all).length <= MAX_KEPT_KEYS ? all : checked.keys;
      const merged = { keys, fetchedTs: nowTs, response: checked.response };
      await this.#store.save(server, merged);
      return merged;
    });
  }

  async #fetch(server: string): Promise<CheckedServerKeys | undefined> {
    try {
      return checkServerKeys(await this.#source.fetchServerKeys(server), server, this.#clock.now());
    } catch {
      // The notaries may know better.
    }
    for (const notary of this.#notaries) {
      const checked = await notary.ask(server);
      if (checked) return checked;
    }
    return undefined;
  }
}

/** How long a server is left alone after so many failures in a row. */
function failureWaitMs(failures: number): number {
  return QUICK_WAITS_MS[failures - 1] ?? Math.min(MAX_FAILURE_WAIT_MS, errorLifetimeMs(failures - QUICK_WAITS_MS.length));
}
