import type { Store } from "../src/store/store.ts";

/** A store in which a test does something between a read and its answer or before a commit, and counts what is written. */
export class WatchedStore {
  /** Runs after each read, with the name of its statement; the reader gets what was read before. */
  afterRead: ((statement: string) => void | Promise<void>) | undefined;
  /** Commits wait for it. */
  beforeCommit: (() => Promise<void>) | undefined;
  commits = 0;

  readonly wrap = (store: Store): Store => ({
    get: async (statement, ...params) => {
      const row = await store.get(statement, ...params);
      await this.afterRead?.(statement.name);
      return row;
    },
    all: async (statement, ...params) => {
      const rows = await store.all(statement, ...params);
      await this.afterRead?.(statement.name);
      return rows;
    },
    commit: async (batch) => {
      this.commits++;
      await this.beforeCommit?.();
      return store.commit(batch);
    },
    onFailure: (listener) => store.onFailure(listener),
    onOutage: (listener) => store.onOutage(listener),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  });
}
