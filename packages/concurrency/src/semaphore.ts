import { ConcurrencyError } from "./errors.ts";

/** Options of a {@link Semaphore}. */
export interface SemaphoreOptions {
  /** The most that may wait for a place. Default: without a bound. */
  readonly maxWaiting?: number | undefined;
}

/**
 * Bounds how many tasks run at once; the others wait in order. A place that becomes free is handed to the one who waits longest, so
 * that nobody who comes in between can take it.
 *
 * @example
 * const hashing = new Semaphore(2, { maxWaiting: 500 });
 * await hashing.run(() => hash(password));
 */
export class Semaphore {
  readonly #limit: number;
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** @param limit How many may run at once, at least 1. */
  constructor(limit: number, { maxWaiting = Number.POSITIVE_INFINITY }: SemaphoreOptions = {}) {
    this.#limit = limit;
    this.#maxWaiting = maxWaiting;
  }

  /** Whether nothing runs and nobody waits. */
  get isIdle(): boolean {
    return this.#running === 0;
  }

  /** Whether the next {@link Semaphore.run} would be refused. */
  get isFull(): boolean {
    return this.#running >= this.#limit && this.#waiting.length >= this.#maxWaiting;
  }

  /** Runs a task when its turn comes. @throws ConcurrencyError `QUEUE_FULL` if {@link Semaphore.isFull}, and what the task throws. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.isFull) throw new ConcurrencyError("QUEUE_FULL", `${this.#maxWaiting} tasks wait, and no more may`);
    if (this.#running < this.#limit) this.#running++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}
