import type { ProgramClock } from "@patrix/concurrency";
import { limits } from "../limits.ts";

/** A place in the queue of those who wait for a user's news. */
export interface Waiter extends Disposable {
  /** Whether the user may have been touched after a time, which {@link WakeUps.now} gave. */
  wasTouchedAfter(time: number): boolean;
  /** The rooms that may have news for the user since such a time; `undefined` if it may be any. */
  roomsTouchedAfter(time: number): ReadonlySet<number> | undefined;
  /**
   * Resolves when the user was touched since the waiter was made or last waited, when the time is over, or on abort.
   *
   * @returns Whether the user was touched.
   */
  wait(timeoutMs: number, signal: AbortSignal): Promise<boolean>;
}

/** What has touched a user: news in no room. */
export const NO_ROOM = 0;
const ANY_ROOM = -1;

/** A user, or a room, that somebody waits for or has waited for a short while ago. */
class Awaited {
  readonly waiters = new Set<RegisteredWaiter>();
  /** The last time that it was touched, or that it was first waited for: nobody knows what was before. */
  touchedAt: number;
  /** The rooms in which something has touched the user, each after the time of that, oldest first. */
  readonly #touches: number[] = [];
  /** Since when the rooms are known. */
  #knownSince: number;

  constructor(now: number) {
    this.touchedAt = now;
    this.#knownSince = now;
  }

  touch(rooms: readonly number[], now: number): void {
    this.touchedAt = now;
    if (rooms.includes(ANY_ROOM)) this.#knownSince = now;
    else for (const room of rooms) if (room !== NO_ROOM) this.#touches.push(now, room);
    if (this.#touches.length <= limits.touchedRooms.value * 2) return;
    const dropped = this.#touches.splice(0, limits.touchedRooms.value);
    this.#knownSince = Math.max(this.#knownSince, dropped.at(-2) ?? 0);
  }

  roomsAfter(time: number): ReadonlySet<number> | undefined {
    if (time < this.#knownSince) return undefined;
    const rooms = new Set<number>();
    for (let i = this.#touches.length - 2; i >= 0 && (this.#touches[i] ?? 0) > time; i -= 2) rooms.add(this.#touches[i + 1] ?? NO_ROOM);
    return rooms;
  }
}

class RegisteredWaiter implements Waiter {
  readonly #awaited: Awaited;
  readonly #clock: ProgramClock;
  readonly #leave: (waiter: RegisteredWaiter) => void;
  #touched = false;
  #wake: (() => void) | undefined;

  constructor(awaited: Awaited, clock: ProgramClock, leave: (waiter: RegisteredWaiter) => void) {
    this.#awaited = awaited;
    this.#clock = clock;
    this.#leave = leave;
  }

  wasTouchedAfter(time: number): boolean {
    return this.#awaited.touchedAt > time;
  }

  roomsTouchedAfter(time: number): ReadonlySet<number> | undefined {
    return this.#awaited.roomsAfter(time);
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
        timer.cancel();
        signal.removeEventListener("abort", finish);
        this.#wake = undefined;
        resolve(this.#take());
      };
      const timer = this.#clock.after(timeoutMs, finish);
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

/** Users by number. */
export interface UserSet extends Iterable<number> {
  readonly size: number;
  has(userNid: number): boolean;
}

/**
 * Wakes users who wait for something new. What a batch touches is collected, and each waiting user is woken once per batch. Of those who
 * come back before long it is known whether they were touched meanwhile.
 */
export class WakeUps {
  readonly #clock: ProgramClock;
  readonly #awaited = new Map<number, Awaited>();
  /** Those of whom nobody waits now, the one who was left first in front. */
  readonly #left = new Set<number>();
  /** The rooms in which users are touched. */
  readonly #touched = new Map<number, number[]>();
  #now = 0;

  /** @param clock - By what they wait. */
  constructor(clock: ProgramClock) {
    this.#clock = clock;
  }

  /** A number that grows: what a user is touched by later has a larger one. */
  get now(): number {
    return this.#now;
  }

  /**
   * Marks users for whom the current batch, or something in memory only, brings news. Of a set that is larger than those who wait only these are
   * looked up: most members of a large room are users of other servers.
   *
   * @param room In which room there is news, or {@link NO_ROOM}; left out if it may be any.
   */
  touch(userNids: Iterable<number> | UserSet, room: number = ANY_ROOM): void {
    const awaited = this.#awaited;
    if (awaited.size === 0) return;
    const isLarge = "has" in userNids && userNids.size > awaited.size;
    const isTouched = isLarge ? (nid: number) => userNids.has(nid) : (nid: number) => awaited.has(nid);
    for (const nid of isLarge ? awaited.keys() : userNids) {
      if (!isTouched(nid)) continue;
      const rooms = this.#touched.get(nid);
      if (!rooms) this.#touched.set(nid, [room]);
      else if (!rooms.includes(room)) rooms.push(room);
    }
  }

  /** Wakes every touched user; called after each batch, and after changes that are in memory only. */
  flush(): void {
    if (this.#touched.size === 0) return;
    this.#now++;
    for (const [nid, rooms] of this.#touched) {
      const awaited = this.#awaited.get(nid);
      if (!awaited) continue;
      awaited.touch(rooms, this.#now);
      for (const waiter of awaited.waiters) waiter.touch();
    }
    this.#touched.clear();
  }

  /** How many wait for a user's news. */
  countOf(userNid: number): number {
    return this.#awaited.get(userNid)?.waiters.size ?? 0;
  }

  /** Registers a waiter; do so before looking for news, so that none is missed in between. */
  register(userNid: number): Waiter {
    const awaited = this.#awaited.get(userNid) ?? new Awaited(++this.#now);
    this.#awaited.set(userNid, awaited);
    this.#left.delete(userNid);
    const waiter = new RegisteredWaiter(awaited, this.#clock, (left) => {
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
