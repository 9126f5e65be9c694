import { subscription } from "../live/subscription.ts";

/** Ends the workings of something that is open: when it is closed, or when the signal of whoever has opened it aborts. */
export class Closing {
  readonly #abort = new AbortController();
  readonly #what: string;

  /** @param what - What is open, as in the reason of the signal. */
  constructor(what: string, outer: AbortSignal | undefined) {
    this.#what = what;
    const end = subscription(() => this.close(), outer);
    this.signal.addEventListener("abort", () => end(), { once: true });
  }

  /** Aborts with its end. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  close(): void {
    this.#abort.abort(new DOMException(`${this.#what} was closed`, "AbortError"));
  }
}
