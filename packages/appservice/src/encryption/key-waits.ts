import { LruCache, type TimerClock } from "@patrix/concurrency";
import type { ClientEvent } from "@patrix/events";
import type { EventId } from "@patrix/identifiers";

/** How long an event is waited for whose key has not come, from when the homeserver told of it, in milliseconds. */
const PATIENCE_MS = 5_000;
/** Of how many events it is known when they were told of. */
const REMEMBERED_EVENTS = 10_000;

/** Waits for room keys that come a little after what is encrypted by them. Events that were told of together wait together. */
export class KeyWaits {
  readonly #clock: TimerClock;
  readonly #signal: AbortSignal;
  readonly #told = new LruCache<EventId, number>(REMEMBERED_EVENTS);
  readonly #waiting = new Map<string, Set<() => void>>();

  /** @param signal - Ends all waits. */
  constructor(clock: TimerClock, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
  }

  /** The homeserver has told of an event. */
  begin({ event_id: eventId }: ClientEvent): void {
    this.#told.set(eventId, this.#clock.now());
  }

  /** A room key has come. */
  keyCame(sessionId: string): void {
    for (const resolve of this.#waiting.get(sessionId) ?? []) resolve();
  }

  /** Waits for the key of an event. @returns Whether it has come; `false` without a wait for an event of before a restart. */
  async forKeyOf({ event_id: eventId, content }: ClientEvent): Promise<boolean> {
    const { session_id: sessionId } = content;
    const leftMs = (this.#told.get(eventId) ?? Number.NEGATIVE_INFINITY) + PATIENCE_MS - this.#clock.now();
    if (typeof sessionId !== "string" || !(leftMs > 0)) return false;
    const over = new AbortController();
    const waiting = this.#waiting.get(sessionId) ?? new Set();
    this.#waiting.set(sessionId, waiting);
    let came = (): void => {};
    const coming = new Promise<boolean>((resolve) => (came = () => resolve(true)));
    waiting.add(came);
    const late = this.#clock.sleep(leftMs, AbortSignal.any([over.signal, this.#signal])).then(
      () => false,
      () => false,
    );
    try {
      return await Promise.race([coming, late]);
    } finally {
      over.abort();
      waiting.delete(came);
      if (waiting.size === 0) this.#waiting.delete(sessionId);
    }
  }
}
