import type { WakeUps } from "../../log/wake-ups.ts";
import { joinedUsers, type LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import type { EphemeralSerial } from "./ephemeral-serial.ts";

interface TypingRoom {
  /** When each user stops, unless told otherwise. */
  readonly users: Map<number, NodeJS.Timeout>;
  serial: number;
}

/** The longest that a user counts as typing without saying so again, in milliseconds. */
const MAX_TIMEOUT_MS = 120_000;

/** Who is typing where. It lives in memory only; each change takes the next number. */
export class Typing implements Disposable {
  readonly #wakeUps: WakeUps;
  readonly #rooms = new Map<number, TypingRoom>();
  readonly #serial: EphemeralSerial;

  constructor(rooms: Rooms, serial: EphemeralSerial) {
    this.#wakeUps = rooms.core.wakeUps;
    this.#serial = serial;
    rooms.onMembership((room, userNid, { membership }) => {
      if (membership !== "join" && this.#rooms.get(room.nid)?.users.has(userNid)) this.set(room, userNid, 0);
    });
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
    clearTimeout(before);
    if (timeoutMs > 0) {
      const stop = setTimeout(() => this.set(room, userNid, 0), Math.min(timeoutMs, MAX_TIMEOUT_MS));
      stop.unref();
      typing.users.set(userNid, stop);
      if (before) return;
    } else if (!typing.users.delete(userNid)) return;
    typing.serial = this.#serial.take();
    this.#wakeUps.touch(joinedUsers(room.view));
    this.#wakeUps.flush();
  }

  [Symbol.dispose](): void {
    for (const { users } of this.#rooms.values()) for (const timer of users.values()) clearTimeout(timer);
    this.#rooms.clear();
  }
}
