import { StoreError } from "../../store/errors.ts";
import type { Registration } from "../registration.ts";

/** How often the requests that wait are looked at while the database does not answer, in milliseconds. */
const SWEEP_MS = 1_000;
/** How long a request waits for the database, in milliseconds. */
const PATIENCE_MS = 15_000;

interface WaitingRequest {
  readonly reject: (error: StoreError) => void;
  waitedMs: number;
}

/**
 * Answers the requests that wait too long for a database that does not answer. Their work goes on, since what they have sent may be
 * stored: what is known in memory follows when that is clear.
 */
export class OutageGuard {
  readonly #sweepMs: number;
  readonly #patienceMs: number;
  readonly #waiting = new Set<WaitingRequest>();
  #sweeping: NodeJS.Timeout | undefined;

  constructor({ sweepMs = SWEEP_MS, patienceMs = PATIENCE_MS }: { readonly sweepMs?: number; readonly patienceMs?: number } = {}) {
    this.#sweepMs = sweepMs;
    this.#patienceMs = patienceMs;
  }

  /** Hears whether the database answers. */
  note(isOut: boolean): void {
    clearInterval(this.#sweeping);
    for (const request of this.#waiting) request.waitedMs = 0;
    if (isOut) this.#sweeping = setInterval(() => this.#sweep(), this.#sweepMs).unref();
  }

  /** Puts itself around a handler. */
  guard(registration: Registration): Registration {
    return { ...registration, handler: (request, context) => this.#guarded(registration.handler(request, context)) };
  }

  #guarded<T>(answer: T | Promise<T>): T | Promise<T> {
    if (!(answer instanceof Promise)) return answer;
    return new Promise((resolve, reject) => {
      const request: WaitingRequest = { reject, waitedMs: 0 };
      this.#waiting.add(request);
      answer.then(
        (value) => {
          this.#waiting.delete(request);
          resolve(value);
        },
        (error: unknown) => {
          this.#waiting.delete(request);
          reject(error);
        },
      );
    });
  }

  #sweep(): void {
    for (const request of this.#waiting) {
      request.waitedMs += this.#sweepMs;
      if (request.waitedMs < this.#patienceMs) continue;
      this.#waiting.delete(request);
      request.reject(new StoreError("UNAVAILABLE", "the database does not answer, and it is not known whether the request took effect"));
    }
  }
}
