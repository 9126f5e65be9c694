import type { ProgramClock, Timer } from "@patrix/concurrency";
import type { WakeUps } from "../../log/wake-ups.ts";
import { joinedUsers, type LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import type { EphemeralSerial } from "./ephemeral-serial.ts";

interface TypingRoom {
  /** When each user stops, unless told otherwise. */
  readonly users: Map<number, Timer>;
  serial: number;
}

/** Hears that a user has begun or stopped typing, or says again that it goes on. */
export type TypingListener = (room: LoadedRoom, userNid: number, isTyping: boolean) => void;

/** The longest that a user counts as typing without saying so again, in milliseconds. */
const MAX_TIMEOUT_MS = 120_000;

/** Who is typing where. It lives in memory only; each change takes the next number. */
export class Typing implements Disposable {
  readonly #clock: ProgramClock;
  readonly #wakeUps: WakeUps;
  readonly #rooms = new Map<number, TypingRoom>();
  readonly #serial: EphemeralSerial;
  readonly #listeners = new Set<TypingListener>();
  readonly #changeListeners = new Set<(roomNid: number) => void>();

  constructor(rooms: Rooms, serial: EphemeralSerial) {
    this.#clock = rooms.core.clock;
    this.#wakeUps = rooms.core.wakeUps;
    this.#serial = serial;
    rooms.onMembership((room, userNid, { membership }) => {
      if (membership !== "join" && this.#rooms.get(room.nid)?.users.has(userNid)) this.set(room, userNid, 0);
    });
  }

  /** Calls back when a user begins or stops typing, or goes on. */
  onSet(listener: TypingListener): void {
    this.#listeners.add(listener);
  }

  /** Calls back when it changes who is typing in a room. */
  onChange(listener: (roomNid: number) => void): void {
    this.#changeListeners.add(listener);
  }

  /** The number of the newest change in a room; 0 if there was none since the start. */
  serialOf(roomNid: number): number {
    return this.#rooms.get(roomNid)?.serial ?? 0;
  }

  /** The users who are typing in a room. */
  usersOf(roomNid: number): Iterable<number> {
    return this.#rooms.get(roomNid)?.users.keys() ?? [];
  }

  /** Notes that a user is typing, for `timeoutMs` at most, or has stopped if it is 0. */
  set(room: LoadedRoom, userNid: number, timeoutMs: number): void {
    const typing = this.#rooms.get(room.nid) ?? { users: new Map(), serial: 0 };
    this.#rooms.set(room.nid, typing);
    const before = typing.users.get(userNid);
    before?.cancel();
    if (timeoutMs > 0) {
      const stop = this.#clock.after(Math.min(timeoutMs, MAX_TIMEOUT_MS), () => this.set(room, userNid, 0));
      typing.users.set(userNid, stop);
      for (const listener of this.#listeners) listener(room, userNid, true);
      if (before) return;
    } else if (typing.users.delete(userNid)) for (const listener of this.#listeners) listener(room, userNid, false);
    else return;
    typing.serial = this.#serial.take();
    for (const listener of this.#changeListeners) listener(room.nid);
    this.#wakeUps.touch(joinedUsers(room.view), room.nid);
    this.#wakeUps.flush();
  }

  [Symbol.dispose](): void {
    for (const { users } of this.#rooms.values()) for (const timer of users.values()) timer.cancel();
    this.#rooms.clear();
  }
}
