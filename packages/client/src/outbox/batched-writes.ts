import type { Store, StoreChange } from "../stores/store.ts";

/** Writes to a store in order, and together what is asked for at the same time: a store that is durable takes as long for many as for one. */
export class BatchedWrites {
  readonly #store: Pick<Store, "write">;
  #waiting: StoreChange[] = [];
  #next: Promise<void> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(store: Pick<Store, "write">) {
    this.#store = store;
  }

  /** Resolves when the changes are durable. @throws What the store throws, for all that was written together. */
  write(changes: readonly StoreChange[]): Promise<void> {
    this.#waiting.push(...changes);
    this.#next ??= this.#flushAfter(this.#last);
    return this.#next;
  }

  #flushAfter(last: Promise<unknown>): Promise<void> {
    const flush = (): Promise<void> => {
      const changes = this.#waiting;
      this.#waiting = [];
      this.#next = undefined;
      return this.#store.write(changes);
    };
    const flushed = last.then(flush, flush);
    this.#last = flushed;
    return flushed;
  }
}
