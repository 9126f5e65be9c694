import { KeyedQueue, LruCache } from "@patrix/concurrency";
import { type Core, openNumbers } from "../log/core.ts";
import type { Numbers } from "../log/numbers.ts";
import { keyList } from "../store/statement.ts";
import { erasedUsers } from "../store/statements/accounts.ts";
import { eventsByNids } from "../store/statements/events.ts";
import {
  allRooms,
  type MembershipRow,
  membershipsOfRoom,
  membershipsOfUser,
  type RoomRow,
  roomsByNids,
  usersWithSharedRoom,
} from "../store/statements/rooms.ts";
import { turnIfDue } from "../turns.ts";
import { RoomError } from "./errors.ts";
import { RoomBlocks } from "./purge/room-blocks.ts";
import { PartialRooms } from "./partial/partial-rooms.ts";
import { EventCache } from "./timeline/event-cache.ts";
import { isOverAge, Retention, type RetentionPolicy } from "./timeline/retention.ts";
import { RecentEvents } from "./timeline/recent-events.ts";
import {
  applyMembership,
  changedMembership,
  readingRules,
  rememberChange,
  type LoadedRoom,
  type Membership,
  type MembershipChange,
  type Room,
  type RoomHandle,
  type RoomView,
  type Tip,
} from "./room.ts";
import { StateGroups } from "./state/state-groups.ts";
import { historyEnd, placeAfter } from "./timeline/place.ts";
import { StickyIndex } from "./timeline/sticky-index.ts";
import type { StoredEvent } from "./timeline/stored-event.ts";

/** A user's membership of one room. */
export interface UserMembership extends Membership {
  readonly forgotten: boolean;
}

/** A membership that has just become so, and what it was. */
export interface ChangedMembership extends Membership {
  readonly before: Membership | undefined;
}

/** Hears of changed memberships, within the tick in which they become visible. */
export type MembershipListener = (room: LoadedRoom, userNid: number, change: ChangedMembership) => void;

/** Hears of state events, within the tick in which they become visible. */
export type StateListener = (room: LoadedRoom, event: StoredEvent) => void;

/** How many rooms to give to {@link Rooms.loadAll} at once: those who read all rooms of a user may be many. */
export const LOADED_AT_ONCE = 25;
/** The most rooms that are loaded, besides those with events that wait for their commit. */
const LOADED_ROOMS = 2_000;

/** A room that is being loaded, or is. */
interface Loading {
  readonly promise: Promise<LoadedRoom>;
  room: LoadedRoom | undefined;
}

/** What is stored of a room beside its members: its row, the events at its ends with the state after each, and their IDs. */
interface ReadRoom {
  readonly row: RoomRow;
  readonly tips: readonly (readonly [nid: number, stateNid: number])[];
  readonly eventIds: Map<number, string>;
}

/** The rooms of a user; what is committed while they are being loaded is added before anyone sees them. */
interface RoomsOfUser {
  readonly promise: Promise<Map<number, UserMembership>>;
  map: Map<number, UserMembership> | undefined;
  readonly meanwhile: (readonly [roomNid: number, membership: UserMembership])[];
}

/** What the rooms are opened with. */
interface RoomStores {
  readonly stateGroups: StateGroups;
  readonly numbers: Numbers;
  readonly sticky: StickyIndex;
  readonly retention: RetentionPolicy | undefined;
  readonly blocks: RoomBlocks;
  readonly partial: PartialRooms;
}

/** Every room of the server, the rooms of each active user, and the events and state behind them. */
export class Rooms {
  readonly core: Core;
  readonly events: EventCache;
  readonly recent: RecentEvents;
  /** Changes of an alias come one after another: between the look-up and the commit, nobody else may take or remove it. */
  readonly aliasChanges: KeyedQueue<string> = new KeyedQueue();
  /** What adds to the rooms, aliases or directory entries of a user comes one after another: between count and commit, nothing else may. */
  readonly additionsOfUser: KeyedQueue<number> = new KeyedQueue();
  readonly stateGroups: StateGroups;
  readonly sticky: StickyIndex;
  readonly retention: Retention;
  readonly blocks: RoomBlocks;
  readonly partial: PartialRooms;
  /** Hear that the events of a room are no longer shown, and that all that follows from them is void. */
  readonly emptied: Set<(roomNid: number) => void> = new Set();
  /** Users who have erased their accounts: later readers get their messages redacted. */
  readonly erasedUsers: Set<number> = new Set();
  readonly #byNid = new Map<number, Room>();
  readonly #byId = new Map<string, Room>();
  readonly #loaded = new LruCache<number, Loading>(LOADED_ROOMS);
  readonly #membershipListeners = new Set<MembershipListener>();
  readonly #stateListeners = new Set<StateListener>();
  readonly #held = new Map<number, { readonly room: LoadedRoom; readonly holders: number }>();
  readonly #users = new LruCache<number, RoomsOfUser>(10_000);
  readonly #numbers: Numbers;
  #newestShard = 0;

  private constructor(core: Core, stores: RoomStores) {
    this.core = core;
    ({ blocks: this.blocks, partial: this.partial, sticky: this.sticky, stateGroups: this.stateGroups } = stores);
    this.#numbers = stores.numbers;
    this.recent = new RecentEvents(core.log.committed);
    this.events = new EventCache(core, (nid) => this.#byNid.get(nid)?.version);
    this.retention = new Retention(core, this.events, stores.retention);
  }

  /** Opens the rooms of a store. Messages are kept for ever where no `retention` is given. */
  static async open(core: Core, retention?: RetentionPolicy): Promise<Rooms> {
    const rows = await core.store.all(allRooms);
    const newest = rows.reduce((nid, row) => Math.max(nid, row.room_nid), 0);
    const rooms = new Rooms(core, {
      stateGroups: await StateGroups.open(core),
      numbers: await openNumbers(core, "room", newest),
      sticky: await StickyIndex.open(core),
      retention,
      blocks: await RoomBlocks.open(core),
      partial: await PartialRooms.open(core),
    });
    for (const row of rows) rooms.#addRow(row);
    for (const { user_nid: nid } of await core.store.all(erasedUsers)) rooms.erasedUsers.add(nid);
    return rooms;
  }

  /** A number for a new room, and the shard that it belongs to. New rooms go round the shards. */
  number(): Pick<Room, "nid" | "shard"> {
    const shard = this.#newestShard++ % this.core.log.shards;
    return { nid: this.#numbers.next(shard), shard };
  }

  /** The room of an ID. */
  find(roomId: string): Room | undefined {
    return this.#byId.get(roomId);
  }

  /** The room of an ID. @throws {RoomError} `ROOM_NOT_FOUND` if this server does not know it. */
  get(roomId: string): Room {
    const room = this.#byId.get(roomId);
    if (!room) throw new RoomError("ROOM_NOT_FOUND", `the room ${roomId} is not known here`);
    return room;
  }

  /** The room of a number. */
  byNid(nid: number): Room | undefined {
    return this.#byNid.get(nid);
  }

  /** Every room, in no order. */
  all(): Iterable<Room> {
    return this.#byNid.values();
  }

  /** Makes a committed new room visible. */
  add(room: LoadedRoom): void {
    const { head: _head, view, ...known } = room;
    const entry: Room = { ...known, end: view.end };
    this.#byNid.set(room.nid, entry);
    this.#byId.set(room.id, entry);
    this.#loaded.set(room.nid, { promise: Promise.resolve(room), room });
  }

  /** Keeps a room in memory while events of it wait for their commit. */
  hold(room: LoadedRoom): void {
    const holders = this.#held.get(room.nid)?.holders ?? 0;
    this.#held.set(room.nid, { room, holders: holders + 1 });
  }

  /** Ends a {@link Rooms.hold}, after the commit. */
  release(room: LoadedRoom): void {
    const held = this.#held.get(room.nid);
    if (!held || held.holders <= 1) this.#held.delete(room.nid);
    else this.#held.set(room.nid, { room: held.room, holders: held.holders - 1 });
    const entry = this.#byNid.get(room.nid);
    if (entry) entry.end = room.view.end;
  }

  /** Forgets what memory assumes of a room, after a commit of its events failed. */
  reload(room: RoomHandle): void {
    this.#held.delete(room.nid);
    this.#loaded.delete(room.nid);
    this.#users.clear();
  }

  /** Forgets what a room was, once its events are no longer shown: it is one of other servers, as if this one had never been in it. */
  empty(room: RoomHandle): void {
    this.reload(room);
    this.sticky.forgetRoom(room.nid);
    const entry = this.#byNid.get(room.nid);
    if (entry) entry.end = historyEnd;
    for (const listener of this.emptied) listener(room.nid);
  }

  /** The room that new events follow, if it is in memory: after a pause another may have taken its place. */
  peek(room: RoomHandle): LoadedRoom | undefined {
    return this.#held.get(room.nid)?.room ?? this.#loaded.get(room.nid)?.room;
  }

  /** Brings a room's graph, state and members into memory. */
  load(room: RoomHandle): Promise<LoadedRoom> {
    const held = this.#held.get(room.nid)?.room;
    if (held) return Promise.resolve(held);
    return this.#loaded.get(room.nid)?.promise ?? this.#begin(room.nid, this.#read([room.nid]));
  }

  /**
   * Begins to bring rooms into memory that will be looked at one after another: what is the same for all of them takes few reads.
   *
   * @returns Nothing where there is nothing to gain.
   */
  loadAll(rooms: readonly RoomHandle[]): Promise<void> | undefined {
    const missing = rooms.flatMap(({ nid }) => (this.#held.has(nid) || this.#loaded.get(nid) ? [] : nid));
    if (missing.length < 2) return undefined;
    const reading = this.#read(missing);
    let before: Promise<unknown> = Promise.resolve();
    for (const nid of missing) {
      // Members are read room by room, since there may be many.
      const turn = before.then(turnIfDue, turnIfDue);
      before = this.#begin(
        nid,
        turn.then(() => reading),
      );
    }
    // Whoever looks at a room that failed hears of it.
    const done = (): void => {};
    return before.then(done, done);
  }

  #begin(nid: number, reading: Promise<ReadonlyMap<number, ReadRoom>>): Promise<LoadedRoom> {
    const loading: Loading = { promise: reading.then((read) => this.#load(nid, read.get(nid))), room: undefined };
    this.#loaded.set(nid, loading);
    loading.promise.then(
      (loaded) => (loading.room = loaded),
      () => this.#loaded.delete(nid),
    );
    return loading.promise;
  }

  /** Those of some events, of whatever rooms, that are not over age, in order. */
  async young(events: readonly StoredEvent[]): Promise<readonly StoredEvent[]> {
    if (!this.retention.isOn) return events;
    const young: StoredEvent[] = [];
    for (const event of events) {
      const room = await this.load({ nid: event.fields.roomNid });
      if (!isOverAge(event, await this.retention.cutoff(room))) young.push(event);
    }
    return young;
  }

  /** The rooms that a user has or had a membership in, by room number. The map is live: it follows every commit. */
  ofUser(userNid: number): Promise<ReadonlyMap<number, UserMembership>> {
    const known = this.#users.get(userNid);
    if (known) return known.promise;
    const meanwhile: RoomsOfUser["meanwhile"] = [];
    const entry: RoomsOfUser = { promise: this.#loadUser(userNid, meanwhile, (map) => (entry.map = map)), map: undefined, meanwhile };
    this.#users.set(userNid, entry);
    entry.promise.catch(() => this.#users.delete(userNid));
    return entry.promise;
  }

  /** Which of some users are joined to a room that a user is joined to as well. */
  async sharing(userNid: number, others: Iterable<number>): Promise<Set<number>> {
    const own = await this.ofUser(userNid);
    const sharing = new Set<number>();
    const unknown: number[] = [];
    for (const other of others) {
      const theirs = this.#users.get(other)?.map;
      if (!theirs) unknown.push(other);
      else if (shareRoom(own, theirs)) sharing.add(other);
    }
    if (unknown.length > 0)
      for (const { user_nid: nid } of await this.core.store.all(usersWithSharedRoom, userNid, keyList(unknown))) sharing.add(nid);
    return sharing;
  }

  /** Calls back when a change of a membership becomes visible. */
  onMembership(listener: MembershipListener): void {
    this.#membershipListeners.add(listener);
  }

  /** Calls back when a state event becomes visible at the end of a timeline. */
  onState(listener: StateListener): void {
    this.#stateListeners.add(listener);
  }

  /** Tells of a state event that has become visible. */
  tellState(room: LoadedRoom, event: StoredEvent): void {
    for (const listener of this.#stateListeners) listener(room, event);
  }

  /** Makes a committed change of a membership visible. */
  applyMembership(room: LoadedRoom, userNid: number, change: MembershipChange): void {
    const before = room.view.members.get(userNid);
    const membership = changedMembership(before, change);
    rememberChange(room.view, { pos: change.pos, userNid, before });
    applyMembership(room.view, userNid, membership);
    for (const listener of this.#membershipListeners) listener(room, userNid, { ...membership, before });
    const user = this.#users.get(userNid);
    if (user?.map) user.map.set(room.nid, { ...membership, forgotten: false });
    else user?.meanwhile.push([room.nid, { ...membership, forgotten: false }]);
  }

  /** Marks a room as forgotten by a user, in memory. */
  async applyForget(roomNid: number, userNid: number): Promise<void> {
    const rooms = await this.#users.get(userNid)?.promise;
    const before = rooms?.get(roomNid);
    if (rooms && before) rooms.set(roomNid, { ...before, forgotten: true });
  }

  async #loadUser(
    userNid: number,
    meanwhile: RoomsOfUser["meanwhile"],
    done: (map: Map<number, UserMembership>) => void,
  ): Promise<Map<number, UserMembership>> {
    const rows = await this.core.store.all(membershipsOfUser, userNid);
    const stored = rows.map((row) => [row.room_nid, { ...toMembership(row), forgotten: row.forgotten !== 0 }] as const);
    const map = new Map([...stored, ...meanwhile]);
    done(map);
    return map;
  }

  /** Reads rooms with the events at their ends, and the states of both. */
  async #read(nids: readonly number[]): Promise<ReadonlyMap<number, ReadRoom>> {
    const rows = await this.core.store.all(roomsByNids, keyList(nids));
    // The column holds only what the write path put there.
    const read = rows.map((row) => ({ row, tips: JSON.parse(row.tips) as ReadRoom["tips"], eventIds: new Map<number, string>() }));
    await this.stateGroups.prepare(...read.flatMap(({ row, tips }) => [row.state_nid, ...tips.map(([, stateNid]) => stateNid)]));
    const tips = read.flatMap((room) => room.tips.map(([nid]) => nid));
    const byRoom = new Map(read.map((room) => [room.row.room_nid, room]));
    for (const event of await this.core.store.all(eventsByNids, keyList(tips)))
      byRoom.get(event.room_nid)?.eventIds.set(event.event_nid, event.event_id);
    return byRoom;
  }

  async #load(nid: number, read: ReadRoom | undefined): Promise<LoadedRoom> {
    const room = this.#byNid.get(nid);
    if (!room || !read) throw new RangeError(`there is no room ${nid}`);
    const { row } = read;
    const state = await this.stateGroups.load(row.state_nid);
    const end = placeAfter(row.last_pos);
    const counts = { joinedCount: 0, invitedCount: 0 };
    const changes = { recentChanges: [], hasForgottenChanges: true };
    const view: RoomView = { end, stateNid: row.state_nid, state, straightSince: end, members: new Map(), ...counts, ...changes };
    for (const member of await this.core.store.all(membershipsOfRoom, room.nid))
      applyMembership(view, member.user_nid, toMembership(member));
    const tips = await this.#loadTips(read);
    return { ...room, settling: undefined, head: { tips, depth: row.depth, end, stateNid: row.state_nid, state }, view };
  }

  async #loadTips({ tips, eventIds }: ReadRoom): Promise<Tip[]> {
    const loaded: Tip[] = [];
    for (const [nid, stateNid] of tips) {
      const eventId = eventIds.get(nid);
      if (eventId !== undefined) loaded.push({ nid, eventId, stateNid, state: await this.stateGroups.load(stateNid) });
    }
    return loaded;
  }

  #addRow(row: RoomRow): void {
    const room: Room = {
      nid: row.room_nid,
      id: row.room_id,
      version: row.version,
      rules: readingRules(row.version),
      shard: row.shard,
      creatorNid: row.creator_nid,
      end: placeAfter(row.last_pos),
    };
    this.#byNid.set(room.nid, room);
    this.#byId.set(room.id, room);
  }
}

function shareRoom(a: ReadonlyMap<number, Membership>, b: ReadonlyMap<number, Membership>): boolean {
  for (const [roomNid, { membership }] of b) if (membership === "join" && a.get(roomNid)?.membership === "join") return true;
  return false;
}

function toMembership(row: MembershipRow): Membership {
  return { membership: row.membership, eventNid: row.event_nid, pos: row.pos, leftPos: row.left_pos ?? undefined };
}
