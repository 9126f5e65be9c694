import { LruCache } from "@patrix/concurrency";

/** How long a destination that failed is left alone. */
export interface BackoffState {
  /** Failures in a row. */
  readonly failures: number;
  /** When the next try is allowed, in milliseconds since the epoch. */
  readonly retryAtTs: number;
}

/** Keeps what is known of failed destinations, as a port. */
export interface BackoffStore {
  load(destination: string): Promise<BackoffState | undefined>;
  /** Saves the state; `undefined` once the destination answers again. */
  save(destination: string, state: BackoffState | undefined): Promise<void>;
}

/** A {@link BackoffStore} in memory. */
export class MemoryBackoffStore implements BackoffStore {
  readonly #states: LruCache<string, BackoffState>;

  /** @param maxDestinations default 10,000. */
  constructor(maxDestinations: number = 10_000) {
    this.#states = new LruCache(maxDestinations);
  }

  load(destination: string): Promise<BackoffState | undefined> {
    return Promise.resolve(this.#states.get(destination));
  }

  save(destination: string, state: BackoffState | undefined): Promise<void> {
    if (state) this.#states.set(destination, state);
    else this.#states.delete(destination);
    return Promise.resolve();
  }
}
