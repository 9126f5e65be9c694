import type { Clock } from "@patrix/concurrency";
import { FederationError } from "../errors.ts";
import type { Random } from "../ports/random.ts";
import type { BackoffStore } from "./backoff-store.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * How long a destination is left alone after some failures in a row, in milliseconds: a minute, doubled by each failure, at most a day;
 * then up to a fifth less by chance, so that not all come back at once.
 */
export function backoffMs(failures: number, random: Random): number {
  const fullMs = Math.min(DAY_MS, MINUTE_MS * 2 ** Math.min(failures - 1, 11));
  return Math.round(fullMs * (1 - random() * 0.2));
}

/** Leaves destinations alone that have failed. */
export class Backoff {
  readonly #store: BackoffStore;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(store: BackoffStore, clock: Clock, random: Random) {
    this.#store = store;
    this.#clock = clock;
    this.#random = random;
  }

  /** @throws {@link FederationError} `BACKING_OFF` with `retryAtTs`, if it is too early for another try. */
  async check(destination: string): Promise<void> {
    const state = await this.#store.load(destination);
    if (state === undefined || state.retryAtTs <= this.#clock.now()) return;
    throw new FederationError("BACKING_OFF", `${destination} failed ${state.failures} times and is left alone for now`, {
      retryAtTs: state.retryAtTs,
    });
  }

  /** Counts a failure. Several that were under way together count as one. */
  async failed(destination: string, startedTs: number): Promise<void> {
    const state = await this.#store.load(destination);
    const nowTs = this.#clock.now();
    // A wait that is still on was begun by a request that ran beside this one.
    if (state && state.retryAtTs > Math.max(nowTs, startedTs)) return;
    const failures = (state?.failures ?? 0) + 1;
    await this.#store.save(destination, { failures, retryAtTs: nowTs + backoffMs(failures, this.#random) });
  }

  /** Forgets failures, because the destination answered, or was heard from. */
  async succeeded(destination: string): Promise<void> {
    if (await this.#store.load(destination)) await this.#store.save(destination, undefined);
  }
}
