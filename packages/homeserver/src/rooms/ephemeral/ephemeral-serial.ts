import type { Clock } from "@patrix/concurrency";

/** Numbers the changes of what lives in memory only, who is typing and who is there: sync tokens carry the number of the newest. */
export class EphemeralSerial {
  /** Numbers go on across restarts, so that a token from before one never hides a change after it. */
  #next: number;
  #newest = 0;

  constructor(clock: Clock) {
    this.#next = clock.now();
  }

  /** The number of the newest change; 0 if there was none since the start. */
  get newest(): number {
    return this.#newest;
  }

  /** Numbers a change. */
  take(): number {
    this.#newest = ++this.#next;
    return this.#newest;
  }
}
