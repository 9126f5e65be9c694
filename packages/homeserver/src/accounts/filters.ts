import { KeyedQueue } from "@patrix/concurrency";
import { requireWithin } from "../errors.ts";
import type { Core } from "../log/core.ts";
import { operation } from "../store/statement.ts";
import { filterOf, insertFilter, newestFilter, sameFilter } from "../store/statements/accounts.ts";

/** The filters that users have stored. */
export class Filters {
  readonly #core: Core;
  readonly #serial = new KeyedQueue<number>();

  constructor(core: Core) {
    this.#core = core;
  }

  /** Stores a filter; the same one again gets the same ID. @throws {LimitError} For a large one, or one too many. */
  async define(userNid: number, filter: object): Promise<string> {
    const json = JSON.stringify(filter);
    requireWithin("filterBytes", Buffer.byteLength(json), "the filter");
    return this.#serial.run(userNid, async () => {
      const same = await this.#core.store.get(sameFilter, userNid, json);
      if (same) return String(same.filter_nid);
      // Filters are never deleted, so that the newest number is their count.
      const nid = ((await this.#core.store.get(newestFilter, userNid))?.nid ?? 0) + 1;
      requireWithin("filters", nid, "the filter");
      await this.#core.log.append({ positions: [], operations: [operation(insertFilter, userNid, nid, json)] });
      return String(nid);
    });
  }

  /** Reads a filter as JSON; `undefined` if there is none. */
  async read(userNid: number, filterId: string): Promise<string | undefined> {
    if (!/^\d{1,15}$/.test(filterId)) return undefined;
    return (await this.#core.store.get(filterOf, userNid, Number(filterId)))?.json;
  }
}
