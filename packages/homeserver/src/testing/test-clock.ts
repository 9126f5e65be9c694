import type { ProgramClock, Timer } from "@patrix/concurrency";
import { setImmediate as nextRound } from "node:timers/promises";
import type { Store } from "../store/store.ts";
import { isTurnAwaited } from "../turns.ts";

/** So many rounds of the event loop in which nothing happens mean that everything waits for the clock. */
const QUIET_ROUNDS = 4;
/** How long all may be at work before something is taken to be wrong, in milliseconds of the machine. */
const WORK_MS = 60_000;
const DAY_MS = 86_400_000;
/** Requests of this process to the machine that are under way, as Node names them. */
const UNDER_WAY = /Req/;

interface PlannedCall {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** How a {@link TestClock} begins. */
export interface TestClockOptions {
  /** Milliseconds since the Unix epoch. Default: the first of January 2025. */
  readonly nowTs?: number;
}

/** For how long a {@link TestClock} goes on while it waits for something. */
export interface ClockLimit {
  /** In milliseconds of the clock. Default: a day. */
  readonly limitMs?: number;
}

/**
 * One clock for all servers and clients of a test. It stands still until the test lets it go on, and then calls what is due in its order; after
 * each moment all that follows from it is done before the next one comes. An hour takes as long as what happens in it.
 *
 * It knows that all is done for servers without sockets, which is what `testHomeserver` makes where it is given such a clock.
 *
 * @example
 * const clock = new TestClock();
 * await using server = await testHomeserver({ clock });
 * await clock.advance(60 * 60_000);
 */
export class TestClock implements ProgramClock {
  readonly #startTs: number;
  #passedMs = 0;
  /** By their time, and then by the order in which they were planned. */
  readonly #calls: PlannedCall[] = [];
  #planned = 0;
  readonly #held = new Set<Promise<unknown>>();
  /** Grows with all that happens. */
  #happened = 0;

  constructor({ nowTs = Date.UTC(2025, 0, 1) }: TestClockOptions = {}) {
    this.#startTs = nowTs;
  }

  now(): number {
    return this.#startTs + this.#passedMs;
  }

  elapsed(): number {
    return this.#passedMs;
  }

  /** How many calls are planned. */
  get pending(): number {
    return this.#calls.length;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const onAbort = (): void => {
        timer.cancel();
        reject(signal?.reason);
      };
      const timer = this.after(ms, () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      });
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  after(ms: number, run: () => void): Timer {
    const call: PlannedCall = { atMs: this.#passedMs + wholeMs(ms), order: this.#planned++, run };
    this.#happened++;
    this.#calls.splice(this.#placeOf(call), 0, call);
    return {
      cancel: () => {
        const place = this.#placeOf(call);
        if (this.#calls[place] !== call) return;
        this.#happened++;
        this.#calls.splice(place, 1);
      },
    };
  }

  every(ms: number, run: () => void): Timer {
    let timer: Timer;
    const plan = (): void => {
      timer = this.after(Math.max(1, ms), () => {
        plan();
        run();
      });
    };
    plan();
    return { cancel: () => timer.cancel() };
  }

  /** Keeps the clock from going on until something has settled that does not wait for it; gives it back. */
  readonly hold = <T>(work: Promise<T>): Promise<T> => {
    const held: Promise<void> = work.then(
      () => this.#released(held),
      () => this.#released(held),
    );
    this.#held.add(held);
    this.#happened++;
    return work;
  };

  /** Puts itself around a store: the clock does not go on while something is read or written. */
  watch(store: Store): Store {
    return {
      get: (statement, ...params) => this.hold(store.get(statement, ...params)),
      all: (statement, ...params) => this.hold(store.all(statement, ...params)),
      commit: (batch) => this.hold(store.commit(batch)),
      onFailure: (listener) => store.onFailure(listener),
      onOutage: (listener) => store.onOutage(listener),
      [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
    };
  }

  /** Lets all be done that is to be done at this moment. @throws If that takes longer than a minute of the machine's time. */
  async settle(): Promise<void> {
    const endMs = performance.now() + WORK_MS;
    let happened = this.#happened;
    for (let quiet = 0; quiet < QUIET_ROUNDS;) {
      if (performance.now() > endMs) throw new Error(`the servers have been at work for ${WORK_MS} ms: something goes on for ever`);
      if (this.#held.size > 0) await Promise.race(this.#held);
      await nextRound();
      const isAtWork = this.#held.size > 0 || this.#happened !== happened || isTurnAwaited();
      quiet = isAtWork || process.getActiveResourcesInfo().some((name) => UNDER_WAY.test(name)) ? 0 : quiet + 1;
      happened = this.#happened;
    }
  }

  /**
   * Lets time pass, and with it everything come that is due.
   *
   * @param ms - Milliseconds, at least 0.
   */
  async advance(ms: number): Promise<void> {
    const endMs = this.#passedMs + wholeMs(ms);
    await this.settle();
    while (await this.#step(endMs));
    this.#passedMs = endMs;
  }

  /**
   * Lets as much time pass as something takes.
   *
   * @throws What the work throws; an error if it has not settled in the time of the limit.
   * @example
   * const joined = await clock.until(bob.joinRoom(room));
   */
  async until<T>(work: Promise<T>, limit: ClockLimit = {}): Promise<T> {
    let isSettled = false;
    const settled = (): void => void (isSettled = true);
    work.then(settled, settled);
    await this.runUntil(() => isSettled, limit);
    return work;
  }

  /**
   * Lets time pass until something is so, which is looked at after each moment.
   *
   * @throws If it is not so in the time of the limit.
   */
  async runUntil(isSo: () => boolean | Promise<boolean>, { limitMs = DAY_MS }: ClockLimit = {}): Promise<void> {
    const endMs = this.#passedMs + limitMs;
    await this.settle();
    // What is asked may be work for the servers, after which all has to be done before the clock goes on.
    while (!(await isSo())) {
      await this.settle();
      if (!(await this.#step(endMs))) throw new Error(`after ${limitMs} ms on the clock it has not come to what was waited for`);
    }
  }

  /** Goes on to the next moment for which something is planned, up to an end. @returns Whether there is one. */
  async #step(endMs: number): Promise<boolean> {
    const atMs = this.#calls[0]?.atMs ?? Number.POSITIVE_INFINITY;
    if (atMs > endMs) return false;
    this.#passedMs = Math.max(this.#passedMs, atMs);
    for (let call = this.#calls[0]; call && call.atMs <= this.#passedMs; call = this.#calls[0]) {
      this.#calls.shift();
      this.#happened++;
      call.run();
    }
    await this.settle();
    return true;
  }

  #released(held: Promise<void>): void {
    this.#held.delete(held);
    this.#happened++;
  }

  /** Where a call stands, or would stand. */
  #placeOf(call: PlannedCall): number {
    let [from, to] = [0, this.#calls.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      const other = this.#calls[middle];
      if (other && (other.atMs < call.atMs || (other.atMs === call.atMs && other.order < call.order))) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

/** The time of day has whole milliseconds, and nothing comes before its time. */
function wholeMs(ms: number): number {
  return ms > 0 ? Math.ceil(ms) : 0;
}
