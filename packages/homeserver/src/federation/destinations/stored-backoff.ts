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
  readonly #cache = new LruCache<string, BackoffState | "answers">(CACHED_SERVERS);

  constructor(core: Core) {
    this.#core = core;
  }

  async load(server: string): Promise<BackoffState | undefined> {
    const known = this.#cache.get(server);
    if (known) return known === "answers" ? undefined : known;
    const row = await this.#core.store.get(destination, server);
    const state = row && row.failures > 0 ? { failures: row.failures, retryAtTs: row.retry_ts } : undefined;
    this.#cache.set(server, state ?? "answers");
    return state;
  }

  async save(server: string, state: BackoffState | undefined): Promise<void> {
    this.#cache.set(server, state ?? "answers");
    this.#core.log.carry(operation(updateFailures, server, state?.failures ?? 0, state?.retryAtTs ?? 0));
  }
}
