import { limits } from "../../limits.ts";
import type { PresenceState, ShownPresence } from "./shown-presence.ts";

/** How long what a server has said of its user holds, in milliseconds: a server that is gone says nothing any more. */
const HOLDS_MS = 1_800_000;

/** What another server says of its user. */
export interface ToldPresence {
  readonly presence: PresenceState;
  readonly statusMsg: string | undefined;
  readonly lastActiveTs: number;
  readonly isActive: boolean;
}

interface Entry extends ToldPresence {
  readonly serial: number;
  readonly toldTs: number;
}

/** Which of other servers' users are there, as their servers tell: as many as are kept, those last told of. */
export class RemotePresence {
  readonly #users = new Map<number, Entry>();

  /** Keeps what is told of a user. @returns Whether others see something new. */
  tell(userNid: number, told: ToldPresence, nowTs: number, takeSerial: () => number): boolean {
    const before = this.#users.get(userNid);
    const isNews = before?.presence !== told.presence || before.statusMsg !== told.statusMsg || before.isActive !== told.isActive;
    if (!before && told.presence === "offline") return false;
    this.#users.delete(userNid);
    this.#users.set(userNid, { ...told, toldTs: nowTs, serial: isNews ? takeSerial() : before.serial });
    const [oldest] = this.#users.keys();
    if (this.#users.size > limits.remotePresences.value && oldest !== undefined) this.#users.delete(oldest);
    return isNews;
  }

  /** What others see of a user; `undefined` of one whose server has told nothing. */
  of(userNid: number, nowTs: number): ShownPresence | undefined {
    const told = this.#users.get(userNid);
    if (!told) return undefined;
    return nowTs - told.toldTs > HOLDS_MS ? { ...told, presence: "offline", isActive: false } : told;
  }

  /** The users with the number of the newest change of each, and whether they are there. */
  *changes(nowTs: number): Generator<{ readonly nid: number; readonly serial: number; readonly isThere: boolean }> {
    for (const [nid, { serial, presence, toldTs }] of this.#users)
      yield { nid, serial, isThere: presence !== "offline" && nowTs - toldTs <= HOLDS_MS };
  }

  /** Whether anybody is there by what was told. */
  get hasAnyone(): boolean {
    for (const { presence } of this.#users.values()) if (presence !== "offline") return true;
    return false;
  }

  /** Takes those to be gone of whom nothing was told for long. @returns The users who were there until then. */
  expire(nowTs: number, takeSerial: () => number): number[] {
    const gone: number[] = [];
    for (const [nid, entry] of this.#users) {
      // Those who were told of last come last.
      if (nowTs - entry.toldTs <= HOLDS_MS) break;
      if (entry.presence === "offline") continue;
      this.#users.set(nid, { ...entry, presence: "offline", isActive: false, serial: takeSerial() });
      gone.push(nid);
    }
    return gone;
  }

  /** Forgets everybody. */
  clear(): void {
    this.#users.clear();
  }
}
