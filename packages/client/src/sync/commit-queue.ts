import type { Store, StoreChange } from "../stores/store.ts";

/** What one sync response leaves to be stored. */
export interface Commit {
  readonly changes: readonly StoreChange[];
  /** Where the next sync continues. */
  readonly token: string;
  /** Settles when everyone who listens to the events is done with them. */
  readonly handled: Promise<void>;
}

/** Responses that may wait for their listeners before sync waits for them too. */
const maxPending = 64;

/**
 * Stores sync responses in order, each with its token and only when its events were handled: after a crash they come
 * again, and what is stored always belongs to the token.
 */
export class CommitQueue {
  readonly #store: Store;
  #tail: Promise<void> = Promise.resolve();
  #pending = 0;
  #wake: (() => void) | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Adds the next response; resolves at once, or when there is room for one more. @throws What storing an earlier one threw. */
  async add({ changes, token, handled }: Commit): Promise<void> {
    if (this.#failure) throw this.#failure.error;
    this.#pending += 1;
    const before = this.#tail;
    this.#tail = (async () => {
      await before;
      await handled;
      await this.#store.write([...changes, { table: "sync", key: "token", value: token }]);
      this.#pending -= 1;
      this.#wake?.();
    })();
    // A failure is told to whoever adds or waits next.
    this.#tail.catch((error: unknown) => {
      this.#failure ??= { error };
      this.#wake?.();
    });
    while (this.#pending > maxPending) await Promise.race([this.#tail, new Promise<void>((resolve) => (this.#wake = resolve))]);
  }

  /** Resolves when all is stored. @throws What storing threw. */
  settled(): Promise<void> {
    return this.#tail;
  }
}
