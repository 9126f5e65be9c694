import type { TimerClock } from "@patrix/concurrency";

interface Timer {
  readonly atTs: number;
  readonly fire: () => void;
}

/** A clock that stands still until it is told to go on. */
export class FakeClock implements TimerClock {
  #nowTs = 1_700_000_000_000;
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#nowTs;
  }

  /** How many timers are set. */
  get pending(): number {
    return this.#timers.size;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const timer = {
        atTs: this.#nowTs + ms,
        fire: () => {
          this.#timers.delete(timer);
          resolve();
        },
      };
      this.#timers.add(timer);
      signal?.addEventListener("abort", () => {
        this.#timers.delete(timer);
        reject(signal.reason);
      });
    });
  }

  /** Lets time pass at once. */
  advance(ms: number): void {
    this.#nowTs += ms;
    for (const timer of this.#timers) if (timer.atTs <= this.#nowTs) timer.fire();
  }

  /** Lets as much time pass as it takes until something ends, one timer after another. */
  async until<T>(work: Promise<T>): Promise<T> {
    const state = { isSettled: false };
    const settle = (): void => {
      state.isSettled = true;
    };
    work.then(settle, settle);
    while (!state.isSettled) {
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      const next = state.isSettled ? Number.NaN : Math.min(...Array.from(this.#timers, ({ atTs }) => atTs));
      if (Number.isFinite(next)) this.advance(next - this.#nowTs);
    }
    return work;
  }
}
