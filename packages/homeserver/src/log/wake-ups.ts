import { limits } from "../limits.ts";

/** A place in the queue of those who wait for a user's news. */
export interface Waiter extends Disposable {
  /** Whether the user may have been touched after a time, which {@link WakeUps.now} gave. */
  wasTouchedAfter(time: number): boolean;
  /**
   * Resolves when the user was touched since the waiter was made or last waited, when the time is over, or on abort.
   *
   * @returns Whether the user was touched.
   */
  wait(timeoutMs: number, signal: AbortSignal): Promise<boolean>;
}

/** A user, or a room, that somebody waits for or has waited for a short while ago. */
interface Awaited {
  readonly waiters: Set<RegisteredWaiter>;
  /** The last time that it was touched, or that it was first waited for: nobody knows what was before. */
  touchedAt: number;
}

class RegisteredWaiter implements Waiter {
  readonly #awaited: Awaited;
  readonly #leave: (waiter: RegisteredWaiter) => void;
  #touched = false;
  #wake: (() => void) | undefined;

  constructor(awaited: Awaited, leave: (waiter: RegisteredWaiter) => void) {
    this.#awaited = awaited;
    this.#leave = leave;
  }

  wasTouchedAfter(time: number): boolean {
    return this.#awaited.touchedAt > time;
  }

  touch(): void {
    this.#touched = true;
    this.#wake?.();
  }

  wait(timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    return this.#touched || signal.aborted ? Promise.resolve(this.#take()) : this.#sleep(timeoutMs, signal);
  }

  #take(): boolean {
    const touched = this.#touched;
    this.#touched = false;
    return touched;
  }

  #sleep(timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", finish);
        this.#wake = undefined;
        resolve(this.#take());
      };
      const timer = setTimeout(finish, timeoutMs);
      signal.addEventListener("abort", finish, { once: true });
      this.#wake = finish;
    });
  }

  [Symbol.dispose](): void {
    this.#leave(this);
  }
}

/** The key under which one waits for what happens in a room, whether or not one is in it; users have positive numbers. */
export function keyOfRoom(roomNid: number): number {
  return -roomNid;
}

/**
 * Wakes users who wait for something new. What a batch touches is collected, and each waiting user is woken once per batch. Of those who
 * come back before long it is known whether they were touched meanwhile.
 */
export class WakeUps {
  readonly #awaited = new Map<number, Awaited>();
  /** Those of whom nobody waits now, the one who was left first in front. */
  readonly #left = new Set<number>();
  readonly #touched = new Set<number>();
  #now = 0;

  /** A number that grows: what a user is touched by later has a larger one. */
  get now(): number {
    return this.#now;
  }

  /** Marks users for whom the current batch, or something in memory only, brings news. */
  touch(userNids: Iterable<number>): void {
    if (this.#awaited.size === 0) return;
    for (const nid of userNids) if (this.#awaited.has(nid)) this.#touched.add(nid);
  }

  /** Wakes every touched user; called after each batch, and after changes that are in memory only. */
  flush(): void {
    if (this.#touched.size === 0) return;
    const touched = [...this.#touched];
    this.#touched.clear();
    this.#now++;
    for (const nid of touched) {
      const awaited = this.#awaited.get(nid);
      if (!awaited) continue;
      awaited.touchedAt = this.#now;
      for (const waiter of awaited.waiters) waiter.touch();
    }
  }

  /** How many wait for a user's news. */
  countOf(userNid: number): number {
    return this.#awaited.get(userNid)?.waiters.size ?? 0;
  }

  /** Registers a waiter; do so before looking for news, so that none is missed in between. */
  register(userNid: number): Waiter {
    const awaited = this.#awaited.get(userNid) ?? { waiters: new Set(), touchedAt: ++this.#now };
    this.#awaited.set(userNid, awaited);
    this.#left.delete(userNid);
    const waiter = new RegisteredWaiter(awaited, (left) => {
      if (awaited.waiters.delete(left) && awaited.waiters.size === 0) this.#keep(userNid);
    });
    awaited.waiters.add(waiter);
    return waiter;
  }

  /** Keeps account of one who was left for a while: most come back at once. */
  #keep(userNid: number): void {
    this.#left.add(userNid);
    if (this.#left.size <= limits.recentSyncs.value) return;
    const [oldest] = this.#left;
    if (oldest === undefined) return;
    this.#left.delete(oldest);
    this.#awaited.delete(oldest);
  }
}
