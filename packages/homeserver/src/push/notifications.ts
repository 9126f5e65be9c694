import { LogReader } from "../log/log-reader.ts";
import { lastCovered, type PositionVector } from "../log/position.ts";
import type { Ready } from "../ready.ts";
import type { Visibility } from "../rooms/read/visibility.ts";
import {
  listNotifications,
  newestNotifications,
  type ListParts,
  type NotificationsPage,
  type NotificationsQuery,
} from "./list-notifications.ts";
import type { Receipts } from "../rooms/ephemeral/receipts.ts";
import type { LoadedRoom, Membership } from "../rooms/room.ts";
import type { Rooms } from "../rooms/rooms.ts";
import { readTimelineFacts } from "../rooms/timeline/timeline-facts.ts";
import type { StoredEvent } from "../rooms/timeline/stored-event.ts";
import { cursorsOf } from "../store/statements/shards.ts";
import { type EventActions, type EventOutcome, EventOutcomes, type UnwantedSenders } from "./event-outcome.ts";
import { limits } from "../limits.ts";
import { turnIfDue } from "../turns.ts";
import { noteEarlierRules } from "./note-earlier-rules.ts";
import type { PushRules } from "./push-rules.ts";
import { NotificationRecorder } from "./record-notifications.ts";
import { UnreadCounts, type UnreadThreads } from "./unread-counts.ts";
import { type FollowedThreads, UserRules } from "./user-rules.ts";

/** The name of the reader's cursor. */
const READER = "notifications";

/** What notifications are made of. */
export interface PushPorts {
  readonly rooms: Rooms;
  readonly receipts: Receipts;
  readonly visibility: Visibility;
  readonly pushRules: PushRules;
  readonly followedThreads: FollowedThreads;
  readonly unwanted: UnwantedSenders;
  /** Calls back when a user ignores others than before. */
  readonly onIgnoring: (listener: (userNid: number) => void) => void;
  /** Told of each failure, and how long the reader waits. */
  readonly failed: (error: unknown, retryMs: number) => void;
}

/** Hears whom an event notifies. */
export type OutcomeListener = (outcome: EventOutcome) => Promise<void>;

/** Follows the log, works out whom events notify, and counts what users have not read. */
export class Notifications implements AsyncDisposable {
  readonly #rooms: Rooms;
  readonly #counts: UnreadCounts;
  readonly #reader: LogReader<StoredEvent>;
  readonly #list: ListParts;
  readonly #listeners: Set<OutcomeListener>;

  private constructor(
    { counts, reader, listeners }: { counts: UnreadCounts; reader: LogReader<StoredEvent>; listeners: Set<OutcomeListener> },
    list: ListParts,
  ) {
    this.#listeners = listeners;
    this.#rooms = list.rooms;
    this.#counts = counts;
    this.#reader = reader;
    this.#list = list;
  }

  /** Begins to follow the log where it was left. */
  static async open({
    rooms,
    receipts,
    visibility,
    pushRules,
    followedThreads,
    unwanted,
    onIgnoring,
    failed,
  }: PushPorts): Promise<Notifications> {
    const { core } = rooms;
    if ((await core.store.all(cursorsOf, READER)).length === 0) await noteEarlierRules(core);
    const rules = await UserRules.open(core, pushRules, followedThreads);
    const counts = new UnreadCounts(rooms, rules);
    const outcomes = new EventOutcomes(rooms, rules, unwanted);
    const listeners = new Set<OutcomeListener>();
    const recorder = new NotificationRecorder(rooms, outcomes, counts, async (outcome) => {
      for (const listener of listeners) await listener(outcome);
    });
    pushRules.onChange({ before: (userNid) => rules.noteOwn(userNid), after: (userNid) => rules.forget(userNid) });
    // What cannot be stored is noted with the next change.
    onIgnoring((userNid) => void rules.noteOwn(userNid).catch(() => {}));
    receipts.onSet((roomNid, userNid) => counts.forget(userNid, roomNid));
    const reader = await LogReader.open(core, {
      name: READER,
      start: "now",
      read: readTimelineFacts(rooms),
      handle: (events) => recorder.record(events),
      carries: true,
      failed,
    });
    const actions: ListParts["actions"] = (event, userNid) => outcomes.actions(event, userNid);
    return new Notifications({ counts, reader, listeners }, { rooms, visibility, rules, actions });
  }

  /** How far events are handled; what is stored of them goes with the next commit. */
  get cut(): PositionVector {
    return this.#reader.cut;
  }

  /** Drops the counts of a room from memory, since events of it were removed. */
  forgetRoom(roomNid: number): void {
    this.#counts.forgetRoom(roomNid);
  }

  /** The rules of users. */
  get rules(): UserRules {
    return this.#list.rules;
  }

  /** Calls back with each outcome once it is counted; the next waits for it. */
  onOutcome(listener: OutcomeListener): void {
    this.#listeners.add(listener);
  }

  /** What the rules of a user say about an event. */
  actions(event: StoredEvent, userNid: number): Promise<EventActions> {
    return this.#list.actions(event, userNid);
  }

  /** What a user who is joined to a room has not read of it. */
  unread(userNid: number, room: LoadedRoom, membership: Membership): Ready<UnreadThreads> {
    const count = (): Ready<UnreadThreads> => this.#counts.of(userNid, room, { membership, stored: (pos) => this.#stored(pos) });
    const behind = this.#reader.reached(this.#rooms.core.log.committed);
    return behind ? behind.then(count) : count();
  }

  /** How much a user has not read in all, of the rooms with the newest events. */
  async badge(userNid: number): Promise<number> {
    const joined = [...(await this.#rooms.ofUser(userNid))].filter(([, { membership }]) => membership === "join");
    const known = joined.flatMap(([nid, membership]) => {
      const room = this.#rooms.byNid(nid);
      return room ? [{ room, membership }] : [];
    });
    const newest = known.toSorted((a, b) => b.room.end - a.room.end).slice(0, limits.badgeRooms.value);
    let unread = 0;
    for (const { room, membership } of newest) {
      const turn = turnIfDue();
      if (turn) await turn;
      for (const { notifies } of (await this.unread(userNid, await this.#rooms.load(room), membership)).values()) unread += notifies;
    }
    return unread;
  }

  /** The newest events that notified a user after a position, oldest first, at most so many. */
  async missed(userNid: number, after: number, limit: number): Promise<readonly number[]> {
    const before = Number.MAX_SAFE_INTEGER;
    const { page } = await newestNotifications(this.#list, { userNid, before, limit, highlightsOnly: false });
    return page
      .map((row) => row.event_nid)
      .filter((nid) => nid > after)
      .toReversed();
  }

  /** What a user was notified of, newest first. */
  async list(asked: NotificationsQuery): Promise<NotificationsPage> {
    const { committed } = this.#rooms.core.log;
    await this.#reader.reached(committed);
    for (const shard of committed.keys()) await this.#stored(lastCovered(committed, shard));
    return listNotifications(this.#list, asked);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader[Symbol.asyncDispose]();
  }

  async #stored(pos: number): Promise<void> {
    // What is carried goes with the next commit, and an empty one is enough.
    if (!this.#reader.isStored(pos)) await this.#rooms.core.log.append({ positions: [], operations: [] });
  }
}
