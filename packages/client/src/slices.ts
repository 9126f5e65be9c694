/** How long something may go on before others get a turn, in milliseconds: screens are drawn every 16. */
const sliceMs = 5;

/** Cuts long work into slices, between which whatever else waits gets its turn. */
export class Slices {
  readonly #now: () => number;
  #begun: number;

  /** @param now Milliseconds since any moment. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#begun = now();
  }

  /** Whether this slice has gone on for long enough. */
  get isOver(): boolean {
    return this.#now() - this.#begun >= sliceMs;
  }

  /** Begins the next slice, once others had a turn. */
  async next(): Promise<void> {
    await turn();
    this.#begun = this.#now();
  }
}

/** Resolves after what waits already. Timers would do, but browsers hold back those that follow one another. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener("message", () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(undefined);
  });
}
