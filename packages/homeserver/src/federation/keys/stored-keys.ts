import type { KeyStore, StoredServerKeys } from "@patrix/federation";
import { LruCache } from "@patrix/concurrency";
import type { Core } from "../../log/core.ts";
import { limits } from "../../limits.ts";
import { operation } from "../../store/statement.ts";
import { serverKeys, trimServerKeys, upsertServerKeys } from "../../store/statements/federation.ts";

/** The characters of keys, as JSON, that are kept in memory. */
const CACHED_LENGTH = 8 * 1024 * 1024;
/** After how many servers' keys it is looked at whether too many are stored. */
const TRIM_INTERVAL = 64;

/**
 * Keeps the signing keys of other servers in the store, those used last in memory as well. Of servers without a user in any room here only
 * the newest stay: whoever asks in an invented name makes this server fetch keys.
 */
export class StoredKeys implements KeyStore {
  readonly #core: Core;
  readonly #cache = new LruCache<string, StoredServerKeys>(CACHED_LENGTH);
  #saved = 0;

  constructor(core: Core) {
    this.#core = core;
  }

  async load(server: string): Promise<StoredServerKeys | undefined> {
    const known = this.#cache.get(server);
    if (known) return known;
    const row = await this.#core.store.get(serverKeys, server);
    // The column holds only what `save` put there.
    const keys = row && (JSON.parse(row.json) as StoredServerKeys);
    if (keys) this.#cache.set(server, keys, row.json.length);
    return keys;
  }

  async save(server: string, keys: StoredServerKeys): Promise<void> {
    const json = JSON.stringify(keys);
    this.#cache.set(server, keys, json.length);
    // Such keys are asked for again after a restart.
    if (Buffer.byteLength(json) > limits.serverKeysBytes.value) return;
    this.#core.log.carry(operation(upsertServerKeys, server, json, keys.fetchedTs));
    if (this.#saved++ % TRIM_INTERVAL === 0) this.#core.log.carry(operation(trimServerKeys, limits.serverKeys.value));
  }
}
