import type { Clock } from "@patrix/concurrency";

/** How long a service is left alone after a failure, doubled with each that follows, in milliseconds. */
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;
/** A service that shows that it is there is tried again at once, but not more often than this, in milliseconds. */
const NUDGE_MS = 1_000;

/** A transaction that is stored until it is confirmed. */
export interface StoredTransaction {
  readonly seq: number;
  readonly txnId: string;
  /** The body, as it is sent each time. */
  readonly json: string;
}

/** How transactions leave. */
export interface OutboxParts {
  readonly clock: Clock;
  /** Sends a transaction once. @throws Where the service has not confirmed it. */
  readonly send: (transaction: Pick<StoredTransaction, "txnId" | "json">, signal: AbortSignal) => Promise<void>;
  /** Told of each transaction that is confirmed. */
  readonly confirmed: (transaction: StoredTransaction) => void;
  /** Makes a transaction of what is not stored; `undefined` if there is nothing. It is sent once, whatever comes of it. */
  readonly passing: () => Promise<Pick<StoredTransaction, "txnId" | "json"> | undefined>;
  /** Told of each failure, and how long the service is left alone. */
  readonly failed: (error: unknown, retryMs: number) => void;
  /** Told when the service confirms something after failures. */
  readonly recovered: () => void;
  /** How it waits: some milliseconds, or until the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Sends the transactions of one application service: one at a time, in order, each until it is confirmed. */
export class Outbox implements AsyncDisposable {
  readonly #parts: OutboxParts;
  readonly #pending: StoredTransaction[];
  readonly #stopped = new AbortController();
  #wake: (() => void) | undefined;
  /** Counts what there was to hear of, so that nothing is missed between a look and the wait. */
  #notices = 0;
  #nudged = new AbortController();
  #lastTryMs = 0;
  #drained: { readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = [];
  readonly #running: Promise<void>;

  /** @param pending - What was not confirmed when the server ended. */
  constructor(parts: OutboxParts, pending: readonly StoredTransaction[]) {
    this.#parts = parts;
    this.#pending = [...pending];
    this.#running = this.#run();
  }

  /** Adds transactions that are stored. */
  add(transactions: readonly StoredTransaction[]): void {
    this.#pending.push(...transactions);
    this.notice();
  }

  /** Notes that there is something for {@link OutboxParts.passing}. */
  notice(): void {
    this.#notices++;
    this.#wake?.();
  }

  /** Resolves when everything is confirmed. @throws When the outbox stops before that. */
  async drained(): Promise<void> {
    this.#stopped.signal.throwIfAborted();
    if (this.#pending.length > 0) await new Promise<void>((resolve, reject) => this.#drained.push({ resolve, reject }));
  }

  /** Tries again soon, since the service has shown that it is there. */
  nudge(): void {
    if (this.#parts.clock.now() - this.#lastTryMs >= NUDGE_MS) this.#nudged.abort();
  }

  /** Stops; what is not confirmed is sent after the next start. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    for (const { reject } of this.#drained.splice(0)) reject(this.#stopped.signal.reason);
    this.#wake?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      const [next] = this.#pending;
      const notices = this.#notices;
      if (next) await this.#deliver(next);
      else if (!(await this.#passOn())) await this.#news(notices);
    }
  }

  async #deliver(transaction: StoredTransaction): Promise<void> {
    const { send, confirmed, failed, recovered } = this.#parts;
    let retryMs = FIRST_RETRY_MS;
    while (!this.#stopped.signal.aborted) {
      this.#lastTryMs = this.#parts.clock.now();
      try {
        await send(transaction, this.#stopped.signal);
      } catch (error) {
        if (this.#stopped.signal.aborted) return;
        failed(error, retryMs);
        await this.#pause(retryMs);
        retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
        continue;
      }
      if (retryMs > FIRST_RETRY_MS) recovered();
      this.#pending.shift();
      confirmed(transaction);
      if (this.#pending.length === 0) for (const { resolve } of this.#drained.splice(0)) resolve();
      return;
    }
  }

  /** Sends what is not stored. @returns Whether there was something. */
  async #passOn(): Promise<boolean> {
    const { passing, send, failed } = this.#parts;
    try {
      const transaction = await passing();
      if (!transaction) return false;
      this.#lastTryMs = this.#parts.clock.now();
      await send(transaction, this.#stopped.signal);
    } catch (error) {
      if (this.#stopped.signal.aborted) return false;
      failed(error, FIRST_RETRY_MS);
      // What is stored need not wait for that.
      if (this.#pending.length === 0) await this.#pause(FIRST_RETRY_MS);
    }
    return true;
  }

  async #pause(ms: number): Promise<void> {
    this.#nudged = new AbortController();
    await this.#parts.pause(ms, AbortSignal.any([this.#stopped.signal, this.#nudged.signal]));
  }

  async #news(since: number): Promise<void> {
    if (this.#notices !== since || this.#stopped.signal.aborted) return;
    await new Promise<void>((resolve) => (this.#wake = resolve));
  }
}
