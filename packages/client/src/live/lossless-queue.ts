import type { Abortable } from "../abortable.ts";

interface Entry<T> {
  readonly item: T;
  readonly done: () => void;
}

/**
 * Hands items to one reader, in order and none left out. `push` resolves once the reader has asked for the item after,
 * so whoever waits for it is slowed down to the reader's pace.
 */
export class LosslessQueue<T> {
  readonly #entries: Entry<T>[] = [];
  readonly #onEnd: () => void;
  #wake: (() => void) | undefined;
  #ended = false;

  constructor(onEnd: () => void = () => {}) {
    this.#onEnd = onEnd;
  }

  /** How many items wait. */
  get size(): number {
    return this.#entries.length;
  }

  /** Adds an item; resolves when it has been dealt with, or at once if nobody reads any more. */
  push(item: T): Promise<void> {
    if (this.#ended) return Promise.resolve();
    return new Promise((done) => {
      this.#entries.push({ item, done });
      this.#wake?.();
    });
  }

  /** Ends the reading; items that wait count as dealt with. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const { done } of this.#entries.splice(0)) done();
    this.#wake?.();
    this.#onEnd();
  }

  /** Reads the items; breaking out of the loop, or the signal, ends the queue. */
  async *read({ signal }: Abortable = {}): AsyncGenerator<T, void, void> {
    const onAbort = (): void => this.end();
    if (signal?.aborted === true) this.end();
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      while (!this.#ended) {
        const entry = this.#entries.shift();
        if (!entry) {
          await new Promise<void>((resolve) => (this.#wake = resolve));
          continue;
        }
        try {
          yield entry.item;
        } finally {
          entry.done();
        }
      }
    } finally {
      signal?.removeEventListener("abort", onAbort);
      this.end();
    }
  }
}
