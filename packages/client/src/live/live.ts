import type { Abortable } from "../abortable.ts";
import { type Subscription, subscription } from "./subscription.ts";

/**
 * A value that changes: read it, subscribe to it, wait for it, or iterate over it. Iteration and callbacks are
 * latest-wins: who is slow misses values in between, and never builds up a backlog.
 *
 * @example
 * for await (const state of client.online) console.log(state);
 */
export interface Live<T> extends AsyncIterable<T> {
  /** The value now. */
  readonly value: T;
  /** Calls back after each change; several changes within one turn of the event loop may come as one. */
  subscribe(callback: (value: T) => void): Subscription;
  /** Waits until the value, now or later, satisfies a predicate. @throws The signal's reason. */
  until<S extends T>(predicate: (value: T) => value is S, options?: Abortable): Promise<S>;
  until(predicate: (value: T) => boolean, options?: Abortable): Promise<T>;
}

/** A {@link Live} that its owner can set. */
export class LiveValue<T> implements Live<T> {
  #value: T;
  /** Made for the first: there are thousands of values that nobody ever subscribes to. */
  #subscribers: Set<(value: T) => void> | undefined;
  #watches = 0;

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  /** How many are subscribed. */
  get subscriberCount(): number {
    return this.#subscribers?.size ?? 0;
  }

  /** Sets the value and tells the subscribers; the same primitive again is no change. */
  set(value: T): void {
    if (Object.is(value, this.#value) && (typeof value !== "object" || value === null)) return;
    this.#value = value;
    if (!this.#subscribers) return;
    for (const callback of Array.from(this.#subscribers)) {
      try {
        callback(value);
      } catch (error) {
        // A subscriber must not stop the others; its error surfaces as an uncaught one.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  readonly subscribe = (callback: (value: T) => void): Subscription => {
    // A wrapper for each subscription: the same function may subscribe twice.
    const own = (value: T): void => callback(value);
    const subscribers = (this.#subscribers ??= new Set());
    subscribers.add(own);
    return this.watch(() => subscribers.delete(own));
  };

  /** Somebody watches from now on; gives what ends it. */
  protected watch(end: () => void): Subscription {
    this.#watches += 1;
    if (this.#watches === 1) this.watched?.(true);
    return subscription(() => {
      end();
      this.#watches -= 1;
      if (this.#watches === 0) this.watched?.(false);
    });
  }

  /** Called when somebody begins to watch, and when nobody does any more. */
  protected watched?(isWatched: boolean): void;

  until<S extends T>(predicate: (value: T) => value is S, options?: Abortable): Promise<S>;
  until(predicate: (value: T) => boolean, options?: Abortable): Promise<T>;
  until(predicate: (value: T) => boolean, { signal }: Abortable = {}): Promise<T> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason);
      if (predicate(this.#value)) return resolve(this.#value);
      const onAbort = (): void => {
        end();
        reject(signal?.reason);
      };
      const end = this.subscribe((value) => {
        if (!predicate(value)) return;
        end();
        signal?.removeEventListener("abort", onAbort);
        resolve(value);
      });
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    let wake: (() => void) | undefined;
    let changed = true;
    using _ = this.subscribe(() => {
      changed = true;
      wake?.();
    });
    for (;;) {
      if (!changed) await new Promise<void>((resolve) => (wake = resolve));
      changed = false;
      yield this.#value;
    }
  }
}
