import type { BackoffState, BackoffStore } from "@patrix/federation";
import { LruCache } from "@patrix/concurrency";
import type { Core } from "../../log/core.ts";
import { operation } from "../../store/statement.ts";
import { destination, updateFailures } from "../../store/statements/federation.ts";

/** Of how many servers it is kept in memory whether they answer. */
const CACHED_SERVERS = 10_000;

/**
 * Keeps which servers do not answer: of those that events are sent to in the store, so that a restart does not ask them all at once; of
 * others, whose names anybody can invent, in memory.
 */
export class StoredBackoff implements BackoffStore {
  readonly #core: Core;
  readonly #failing = new LruCache<string, BackoffState>(CACHED_SERVERS);
  /** Those that answer: nearly all, so that little is kept of each. */
  readonly #answering = new Set<string>();

  constructor(core: Core) {
    this.#core = core;
  }

  async load(server: string): Promise<BackoffState | undefined> {
    const known = this.#failing.get(server);
    if (known || this.#answering.has(server)) return known;
    const row = await this.#core.store.get(destination, server);
    const state = row && row.failures > 0 ? { failures: row.failures, retryAtTs: row.retry_ts } : undefined;
    this.#keep(server, state);
    return state;
  }

  async save(server: string, state: BackoffState | undefined): Promise<void> {
    this.#keep(server, state);
    this.#core.log.carry(operation(updateFailures, server, state?.failures ?? 0, state?.retryAtTs ?? 0));
  }

  #keep(server: string, state: BackoffState | undefined): void {
    if (state) {
      this.#answering.delete(server);
      this.#failing.set(server, state);
      return;
    }
    this.#failing.delete(server);
    if (this.#answering.size >= CACHED_SERVERS) this.#answering.clear();
    this.#answering.add(server);
  }
}
