import type { ProgramClock, Timer } from "@patrix/concurrency";
import { limits } from "../../limits.ts";
import { NO_ROOM } from "../../log/wake-ups.ts";
import { joinedUsers } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import { turnIfDue } from "../../turns.ts";
import type { EphemeralSerial } from "./ephemeral-serial.ts";
import type { PresenceState, ShownPresence } from "./shown-presence.ts";
import { RemotePresence, type ToldPresence } from "./remote-presence.ts";

/** How long a user counts as there after the last sync has ended, in milliseconds. */
const GONE_AFTER_MS = 30_000;
/** After how long without doing anything a user counts as away, in milliseconds. */
const IDLE_AFTER_MS = 300_000;
/** How long ago somebody may have done something and counts as doing it, in milliseconds. */
const ACTIVE_MS = 60_000;
/** Changes are told once in so many milliseconds. */
const TELL_EVERY_MS = 1_000;
/** Once in so many milliseconds it is looked who is gone whose server says nothing any more. */
const EXPIRE_EVERY_MS = 60_000;

interface Entry {
  /** Syncs that are under way, by what they say of their user. */
  readonly open: { online: number; unavailable: number };
  /** Until when the user counts as there though no sync is under way. */
  readonly until: { online: number; unavailable: number };
  /** Until when the user counts as there because of having said so. */
  saidUntil: number;
  /** What the user has set. */
  chosen: PresenceState | undefined;
  statusMsg: string | undefined;
  lastActiveTs: number;
  /** What was told last. */
  shown: PresenceState;
  serial: number;
  timer: Timer | undefined;
}

/**
 * Who is there. It lives in memory only; whoever shares a room with a user is told.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#presence}
 */
export class Presence implements Disposable {
  readonly #rooms: Rooms;
  readonly #serial: EphemeralSerial;
  readonly #users = new Map<number, Entry>();
  /** Users of whom others are still to be told. */
  readonly #changed = new Set<number>();
  readonly #others = new RemotePresence();
  readonly #tellers = new Set<(userNids: readonly number[]) => void>();
  readonly #disposals: (() => void)[] = [];
  readonly #listeners = new Set<(userNid: number) => void>();
  #newest = 0;
  #telling: Timer | undefined;
  #expiring: Timer | undefined;
  #isStopped = false;
  readonly #isEnabled: boolean;

  constructor(rooms: Rooms, serial: EphemeralSerial, isEnabled = true) {
    this.#rooms = rooms;
    this.#serial = serial;
    this.#isEnabled = isEnabled;
  }

  /** Calls back when others see something else of a user. */
  onChange(listener: (userNid: number) => void): void {
    this.#listeners.add(listener);
  }

  /** The number of the newest change; 0 if there was none since the start. */
  get newest(): number {
    return this.#newest;
  }

  /** Calls back once in a while with the users of whom others see something new. */
  onTell(listener: (userNids: readonly number[]) => void): void {
    this.#tellers.add(listener);
  }

  /** Calls back when it is disposed of. */
  onDispose(disposal: () => void): void {
    this.#disposals.push(disposal);
  }

  /** This server's users who are there. */
  localUsersThere(): number[] {
    return [...this.#users].filter(([, { shown }]) => shown !== "offline").map(([nid]) => nid);
  }

  /** Whether one of this server's users is there. */
  isThere(userNid: number): boolean {
    return (this.#users.get(userNid)?.shown ?? "offline") !== "offline";
  }

  /** Notes what another server says of its user. */
  tell(userNid: number, told: ToldPresence): void {
    if (!this.#isEnabled) return;
    if (this.#others.tell(userNid, told, this.#now(), () => this.#take())) this.#noteChanged(userNid);
    this.#watchOthers();
  }

  /** Notes that a user syncs, until what it returns is disposed of; `offline` says that it does not count. */
  syncing(userNid: number, says: PresenceState, isExplicit: boolean): Disposable | undefined {
    if (says === "offline" || !this.#isEnabled) return undefined;
    const entry = this.#entry(userNid);
    // Whoever appears is doing something.
    if (says === "online" && !this.#isThere(entry, "online")) entry.lastActiveTs = this.#now();
    entry.open[says]++;
    if (entry.chosen === "offline" && isExplicit) entry.chosen = undefined;
    // A client that says otherwise knows better than what was said before; another one that is there still counts.
    if (says === "unavailable" && isExplicit) entry.saidUntil = 0;
    this.#update(userNid, entry);
    return {
      [Symbol.dispose]: () => {
        entry.open[says]--;
        entry.until[says] = this.#now() + GONE_AFTER_MS;
        this.#watch(userNid, entry);
      },
    };
  }

  /** Notes that a user does something: whoever was away is there again. */
  active(userNid: number): void {
    const entry = this.#users.get(userNid);
    if (!entry) return;
    entry.lastActiveTs = this.#now();
    if (entry.chosen === "unavailable") entry.chosen = undefined;
    this.#update(userNid, entry);
  }

  /** Sets what a user says of themselves. */
  set(userNid: number, state: PresenceState, statusMsg: string | undefined): void {
    if (!this.#isEnabled) return;
    const entry = this.#entry(userNid);
    const isNews = entry.statusMsg !== statusMsg;
    entry.statusMsg = statusMsg;
    entry.chosen = state === "online" ? undefined : state;
    if (state === "online") {
      entry.lastActiveTs = this.#now();
      entry.saidUntil = entry.lastActiveTs + GONE_AFTER_MS;
    } else if (state === "unavailable") entry.until.unavailable = this.#now() + GONE_AFTER_MS;
    this.#update(userNid, entry, isNews);
  }

  /** What others see of a user. */
  of(userNid: number): ShownPresence {
    const entry = this.#users.get(userNid);
    const told = entry ? undefined : this.#others.of(userNid, this.#now());
    if (!entry) return told ?? { presence: "offline", statusMsg: undefined, lastActiveTs: undefined, isActive: false };
    const { shown, statusMsg, lastActiveTs } = entry;
    const isActive = shown === "online" && this.#now() - lastActiveTs < ACTIVE_MS;
    return { presence: shown, statusMsg, lastActiveTs: lastActiveTs === 0 ? undefined : lastActiveTs, isActive };
  }

  /** Whether {@link Presence.news} may find somebody. */
  hasNews(since: number | undefined, newcomers?: ReadonlySet<number>): boolean {
    return this.#newest > (since ?? 0) || (newcomers?.size ?? 0) > 0;
  }

  /**
   * The users whom a user may know of and who have changed after a number, the newest of them; without one, those who are
   * there. One's own changes are among them.
   *
   * @param newcomers - Whom the user knows newly: those of them who are there are told too.
   */
  async news(userNid: number, since: number | undefined, newcomers?: ReadonlySet<number>): Promise<readonly number[]> {
    if (!this.hasNews(since, newcomers)) return [];
    const changed: { readonly nid: number; readonly serial: number }[] = [];
    const isNews = (nid: number, serial: number, isThere: boolean): boolean =>
      since === undefined ? isThere : serial > since || (isThere && nid !== userNid && newcomers?.has(nid) === true);
    for (const [nid, { serial, shown }] of this.#users) if (isNews(nid, serial, shown !== "offline")) changed.push({ nid, serial });
    for (const { nid, serial, isThere } of this.#others.changes(this.#now()))
      if (isNews(nid, serial, isThere)) changed.push({ nid, serial });
    changed.sort((a, b) => b.serial - a.serial);
    const shared = await this.#rooms.sharing(
      userNid,
      changed.map(({ nid }) => nid),
    );
    const known = changed.filter(({ nid }) => nid === userNid || shared.has(nid));
    return known.slice(0, limits.presenceInAnswer.value).map(({ nid }) => nid);
  }

  /** Whether a user may see whether another is there. */
  async maySee(userNid: number, otherNid: number): Promise<boolean> {
    return userNid === otherNid || (await this.#rooms.sharing(userNid, [otherNid])).has(otherNid);
  }

  [Symbol.dispose](): void {
    this.#isStopped = true;
    this.#telling?.cancel();
    this.#expiring?.cancel();
    for (const { timer } of this.#users.values()) timer?.cancel();
    this.#users.clear();
    this.#others.clear();
    for (const disposal of this.#disposals) disposal();
  }

  get #clock(): ProgramClock {
    return this.#rooms.core.clock;
  }

  #now(): number {
    return this.#clock.now();
  }

  #entry(userNid: number): Entry {
    const known = this.#users.get(userNid);
    if (known) return known;
    const none = { online: 0, unavailable: 0 };
    const rest = { saidUntil: 0, chosen: undefined, statusMsg: undefined, lastActiveTs: 0, serial: 0, timer: undefined };
    const entry: Entry = { open: { ...none }, until: { ...none }, shown: "offline", ...rest };
    this.#users.set(userNid, entry);
    if (this.#users.size > limits.presences.value) this.#dropOldest(userNid);
    return entry;
  }

  /** Forgets whoever has been away longest, or was noted first. */
  #dropOldest(newest: number): void {
    let dropped: number | undefined;
    for (const [nid, { shown }] of this.#users) {
      if (nid === newest) continue;
      dropped ??= nid;
      if (shown === "offline") {
        dropped = nid;
        break;
      }
    }
    if (dropped === undefined) return;
    this.#users.get(dropped)?.timer?.cancel();
    this.#users.delete(dropped);
  }

  #isThere({ open, until, saidUntil }: Entry, state: "online" | "unavailable"): boolean {
    return open[state] > 0 || until[state] > this.#now() || (state === "online" && saidUntil > this.#now());
  }

  #stateOf(entry: Entry): PresenceState {
    const isOnline = this.#isThere(entry, "online");
    if (entry.chosen === "offline" || !(isOnline || this.#isThere(entry, "unavailable"))) return "offline";
    if (entry.chosen === "unavailable" || !isOnline) return "unavailable";
    return this.#now() - entry.lastActiveTs < IDLE_AFTER_MS ? "online" : "unavailable";
  }

  /** Works out what others see, and tells them if it has changed. */
  #update(userNid: number, entry: Entry, isNews = false): void {
    const state = this.#stateOf(entry);
    if (state === "offline" && entry.chosen !== "offline") entry.chosen = undefined;
    this.#watch(userNid, entry);
    if (state === entry.shown && !isNews) return;
    entry.shown = state;
    entry.serial = this.#take();
    // The oldest changes come first.
    this.#users.delete(userNid);
    this.#users.set(userNid, entry);
    this.#noteChanged(userNid);
  }

  #take(): number {
    return (this.#newest = this.#serial.take());
  }

  #watchOthers(): void {
    if (!this.#others.hasAnyone) return;
    this.#expiring ??= this.#clock.after(EXPIRE_EVERY_MS, () => {
      this.#expiring = undefined;
      for (const userNid of this.#others.expire(this.#now(), () => this.#take())) this.#noteChanged(userNid);
      this.#watchOthers();
    });
  }

  #noteChanged(userNid: number): void {
    this.#changed.add(userNid);
    for (const listener of this.#listeners) listener(userNid);
    this.#telling ??= this.#clock.after(TELL_EVERY_MS, () => void this.#tell());
  }

  /** Looks again when a user may have gone, or has done nothing for long. */
  #watch(userNid: number, entry: Entry): void {
    if (entry.timer || this.#stateOf(entry) === "offline") return;
    entry.timer = this.#clock.after(GONE_AFTER_MS, () => {
      entry.timer = undefined;
      if (this.#users.get(userNid) === entry) this.#update(userNid, entry);
    });
  }

  async #tell(): Promise<void> {
    const changed = [...this.#changed];
    this.#changed.clear();
    this.#telling = undefined;
    const { wakeUps } = this.#rooms.core;
    for (const listener of this.#tellers) listener(changed);
    for (const userNid of changed) {
      wakeUps.touch([userNid], NO_ROOM);
      const joined = [...(await this.#rooms.ofUser(userNid))].filter(([, { membership }]) => membership === "join");
      for (const [roomNid] of joined.slice(-limits.presenceRooms.value)) {
        const turn = turnIfDue();
        if (turn) await turn;
        const { view } = await this.#rooms.load({ nid: roomNid });
        if (this.#isStopped) return;
        wakeUps.touch(joinedUsers(view), NO_ROOM);
      }
    }
    wakeUps.flush();
  }
}
