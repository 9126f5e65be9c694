import { encodeCanonicalJson } from "@patrix/canonical-json";
import { KeyedQueue, LruCache } from "@patrix/concurrency";
import { requireWithin } from "../errors.ts";
import type { PreparedKeys } from "./device-keys.ts";
import { E2eeError } from "./errors.ts";
import type { Core } from "../log/core.ts";
import type { Ready } from "../ready.ts";
import { operation, type WriteOperation } from "../store/statement.ts";
import {
  countOneTimeKeys,
  deleteOneTimeKey,
  fallbackKeysOfDevice,
  insertOneTimeKey,
  oldestOneTimeKey,
  oneTimeKeysOfDevice,
  upsertFallbackKey,
  useFallbackKey,
} from "../store/statements/keys.ts";

/** Keys by key ID, `algorithm:name`. */
export type UploadedKeys = Readonly<Record<string, unknown>>;

/** The device that keys belong to, and its user. */
export interface KeyOwner {
  readonly userNid: number;
  readonly deviceNid: number;
}

/** A key that was handed out. */
export interface ClaimedKey {
  /** `algorithm:name`. */
  readonly keyId: string;
  readonly key: unknown;
}

interface ParsedKey {
  readonly algorithm: string;
  readonly name: string;
  readonly json: string;
}

const MAX_KEY_ID_LENGTH = 255;

/**
 * One-time keys and fallback keys. Everything that changes those of a device runs one after another,
 * so that no one-time key is handed out twice.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#one-time-and-fallback-keys}
 */
export class OneTimeKeys {
  readonly #core: Core;
  readonly #queue = new KeyedQueue<number>();
  readonly #counts = new LruCache<number, Ready<Readonly<Record<string, number>>>>(50_000);
  readonly #unused = new LruCache<number, Ready<readonly string[]>>(50_000);

  constructor(core: Core) {
    this.#core = core;
  }

  /**
   * Stores keys of a device. A key that is there already, with the same content, is left as it is.
   *
   * @throws {E2eeError} `MALFORMED_KEY`, `INVALID_KEY`, or `KEY_EXISTS` for another key with the ID of a stored one.
   * @throws {LimitError} For too many or too large keys.
   */
  async upload(owner: KeyOwner, oneTime: UploadedKeys, fallback: UploadedKeys): Promise<void> {
    if (Object.keys(oneTime).length === 0 && Object.keys(fallback).length === 0) return;
    await this.#queue.run(owner.deviceNid, async () => {
      using prepared = await this.prepare(owner, oneTime, fallback);
      await this.#write(owner.deviceNid, prepared.operations);
    });
  }

  /** As {@link OneTimeKeys.upload}, of a device that nobody else changes meanwhile, to be stored together with something else. */
  async prepare({ userNid, deviceNid }: KeyOwner, oneTime: UploadedKeys, fallback: UploadedKeys): Promise<PreparedKeys> {
    const keys = parseKeys("one_time_keys", oneTime, "oneTimeKeys");
    const fallbackKeys = parseKeys("fallback_keys", fallback, "fallbackKeys");
    if (new Set(fallbackKeys.map((key) => key.algorithm)).size !== fallbackKeys.length)
      throw new E2eeError("INVALID_KEY", "/fallback_keys: expected at most one key of each algorithm");
    const operations = await this.#insertions(deviceNid, keys);
    await this.#requireFallbackRoom(deviceNid, fallbackKeys);
    const quota = await this.#core.quotas.reserve("oneTimeKeysPerDay", userNid, operations.length, "/one_time_keys");
    operations.push(quota.count());
    for (const { algorithm, name, json } of fallbackKeys) operations.push(operation(upsertFallbackKey, deviceNid, algorithm, name, json));
    return { operations, [Symbol.dispose]: () => quota[Symbol.dispose]() };
  }

  /** Hands out a key: a one-time key, which is then gone, or else the fallback key. */
  claim(deviceNid: number, algorithm: string): Promise<ClaimedKey | undefined> {
    return this.#queue.run(deviceNid, async () => {
      const { store } = this.#core;
      const oneTime = await store.get(oldestOneTimeKey, deviceNid, algorithm);
      if (oneTime) {
        await this.#write(deviceNid, [operation(deleteOneTimeKey, deviceNid, algorithm, oneTime.key_id)]);
        return claimed(oneTime.algorithm, oneTime.key_id, oneTime.json);
      }
      const fallback = (await store.all(fallbackKeysOfDevice, deviceNid)).find((key) => key.algorithm === algorithm);
      if (!fallback) return undefined;
      if (fallback.used === 0) await this.#write(deviceNid, [operation(useFallbackKey, deviceNid, algorithm)]);
      return claimed(fallback.algorithm, fallback.key_id, fallback.json);
    });
  }

  /** How many one-time keys are left, by algorithm; `signed_curve25519` is always named. */
  counts(deviceNid: number): Ready<Readonly<Record<string, number>>> {
    return cached(this.#counts, deviceNid, async () => {
      const counts: Record<string, number> = { signed_curve25519: 0 };
      for (const { algorithm, count } of await this.#core.store.all(countOneTimeKeys, deviceNid)) counts[algorithm] = count;
      return counts;
    });
  }

  /** The algorithms with a fallback key that nobody was given yet. */
  unusedFallbackAlgorithms(deviceNid: number): Ready<readonly string[]> {
    return cached(this.#unused, deviceNid, async () => {
      const rows = await this.#core.store.all(fallbackKeysOfDevice, deviceNid);
      return rows.filter((row) => row.used === 0).map((row) => row.algorithm);
    });
  }

  /** Drops what memory holds of a device, whose keys were changed elsewhere. */
  forget(deviceNid: number): void {
    this.#counts.delete(deviceNid);
    this.#unused.delete(deviceNid);
  }

  async #insertions(deviceNid: number, keys: readonly ParsedKey[]): Promise<WriteOperation[]> {
    if (keys.length === 0) return [];
    const stored = await this.#core.store.all(oneTimeKeysOfDevice, deviceNid);
    const byId = new Map(stored.map((row) => [`${row.algorithm}:${row.key_id}`, row.json]));
    let seq = stored.reduce((highest, row) => Math.max(highest, row.seq), 0);
    const operations: WriteOperation[] = [];
    for (const { algorithm, name, json } of keys) {
      const before = byId.get(`${algorithm}:${name}`);
      if (before === undefined) operations.push(operation(insertOneTimeKey, deviceNid, algorithm, name, json, ++seq));
      else if (before !== json)
        throw new E2eeError("KEY_EXISTS", `/one_time_keys/${algorithm}:${name}: another key with this ID is stored already`);
    }
    requireWithin("oneTimeKeys", stored.length + operations.length, "/one_time_keys");
    return operations;
  }

  /** Checks that there is room for the fallback keys beside those of other algorithms. */
  async #requireFallbackRoom(deviceNid: number, keys: readonly ParsedKey[]): Promise<void> {
    if (keys.length === 0) return;
    const stored = await this.#core.store.all(fallbackKeysOfDevice, deviceNid);
    requireWithin("fallbackKeys", new Set([...stored, ...keys].map(({ algorithm }) => algorithm)).size, "/fallback_keys");
  }

  async #write(deviceNid: number, operations: readonly WriteOperation[]): Promise<void> {
    if (operations.length === 0) return;
    await this.#core.log.append({ positions: [], operations, publish: () => this.forget(deviceNid) });
  }
}

function parseKeys(field: string, keys: UploadedKeys, limit: "oneTimeKeys" | "fallbackKeys"): ParsedKey[] {
  const entries = Object.entries(keys);
  requireWithin(limit, entries.length, `/${field}`);
  return entries.map(([keyId, key]) => {
    const colon = keyId.indexOf(":");
    if (colon <= 0 || colon === keyId.length - 1 || keyId.length > MAX_KEY_ID_LENGTH)
      throw new E2eeError(
        "MALFORMED_KEY",
        `/${field}: expected key IDs of the form algorithm:name, at most ${MAX_KEY_ID_LENGTH} characters`,
      );
    const json = canonical(key, `/${field}`);
    requireWithin("oneTimeKeyBytes", Buffer.byteLength(json), `/${field}`);
    return { algorithm: keyId.slice(0, colon), name: keyId.slice(colon + 1), json };
  });
}

function canonical(value: unknown, field: string): string {
  try {
    return encodeCanonicalJson(value);
  } catch {
    throw new E2eeError("MALFORMED_KEY", `${field}: expected values that Canonical JSON allows`);
  }
}

function claimed(algorithm: string, name: string, json: string): ClaimedKey {
  return { keyId: `${algorithm}:${name}`, key: JSON.parse(json) as unknown };
}

function cached<V>(cache: LruCache<number, Ready<V>>, deviceNid: number, load: () => Promise<V>): Ready<V> {
  const known = cache.get(deviceNid);
  if (known !== undefined) return known;
  // Kept before it is loaded: a change that comes in between drops it again.
  const loading = load();
  cache.set(deviceNid, loading);
  loading.then(
    (value) => {
      if (cache.get(deviceNid) === loading) cache.set(deviceNid, value);
    },
    () => cache.delete(deviceNid),
  );
  return loading;
}
