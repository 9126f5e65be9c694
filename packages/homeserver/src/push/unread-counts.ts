import { LruCache } from "@patrix/concurrency";
import { limits } from "../limits.ts";
import type { Ready } from "../ready.ts";
import type { LoadedRoom, Membership } from "../rooms/room.ts";
import type { Rooms } from "../rooms/rooms.ts";
import { unreadOfRoom, type UnreadRow } from "../store/statements/notifications.ts";
import type { EventOutcome, Notice } from "./event-outcome.ts";
import type { UserRules } from "./user-rules.ts";

/** The most rooms whose newest outcomes are kept. */
const TAILS = 2_000;
/** How many outcomes a room keeps, at least. */
const TAIL_LENGTH = 64;
/** The most counts that are kept, of a user in a room each. */
const COUNTS = 50_000;

/** The outcomes of a room's newest events, oldest first. */
interface Tail {
  /** Every outcome after this position is in the tail. */
  after: number;
  readonly outcomes: EventOutcome[];
}

/** The counts of a user in a room, by thread. */
interface Counted {
  readonly threads: Map<string, Notice>;
  /** Outcomes up to here are counted. */
  upTo: number;
}

/** What a count needs that is not in memory. */
export interface CountOptions {
  readonly membership: Membership;
  /** Waits until everything up to a position is in the store. */
  readonly stored: (pos: number) => Promise<void>;
}

/** What has not been read of a room: in the main timeline, and in each thread with something unread. */
export type UnreadThreads = ReadonlyMap<string, Notice>;

/**
 * Counts what users have not read, from what is stored and from the newest outcomes in memory: a user who follows a room pays
 * for what is new, and nobody for users who do not look.
 */
export class UnreadCounts {
  readonly #rooms: Rooms;
  readonly #rules: UserRules;
  readonly #tails = new LruCache<number, Tail>(TAILS);
  /** By room and user. */
  readonly #counted = new LruCache<number, Map<number, Counted>>(COUNTS);
  /** Counts that were begun before a change of what they are made of are not kept. */
  #changes = 0;

  constructor(rooms: Rooms, rules: UserRules) {
    this.#rooms = rooms;
    this.#rules = rules;
  }

  /** Adds what an event has come to. Outcomes of a room come in the order of its events. */
  add(outcome: EventOutcome): void {
    const tail = this.#tails.get(outcome.roomNid) ?? { after: outcome.eventNid - 1, outcomes: [] };
    tail.outcomes.push(outcome);
    if (tail.outcomes.length >= TAIL_LENGTH * 2) tail.after = tail.outcomes.splice(0, TAIL_LENGTH).at(-1)?.eventNid ?? tail.after;
    this.#tails.set(outcome.roomNid, tail);
  }

  /** Drops what is known of a user in a room, since the user has read something. */
  forget(userNid: number, roomNid: number): void {
    this.#changes++;
    this.#counted.get(roomNid)?.delete(userNid);
  }

  /** Drops what is known of a room, since one of its events notifies nobody any more. */
  forgetRoom(roomNid: number): void {
    this.#changes++;
    this.#tails.delete(roomNid);
    this.#counted.delete(roomNid);
  }

  /** What a joined user has not read of a room. */
  of(userNid: number, room: LoadedRoom, options: CountOptions): Ready<UnreadThreads> {
    const known = this.#counted.get(room.nid)?.get(userNid);
    return known && this.#catchUp(known, userNid, room) ? known.threads : this.#load(userNid, room, options);
  }

  async #load(userNid: number, room: LoadedRoom, { membership, stored }: CountOptions): Promise<UnreadThreads> {
    for (;;) {
      const changes = this.#changes;
      // Marks may lie anywhere before the end, so that the tail cannot be counted without them.
      const upTo = room.view.end;
      await stored(upTo);
      const rows = await this.#read(userNid, room, { joinedPos: membership.pos, upTo });
      const counted: Counted = { threads: new Map(rows.map(({ thread, ...notice }) => [thread, notice])), upTo };
      if (!this.#catchUp(counted, userNid, room)) continue;
      if (changes === this.#changes) this.#keep(userNid, room.nid, counted);
      return counted.threads;
    }
  }

  #keep(userNid: number, roomNid: number, counted: Counted): void {
    const users = this.#counted.get(roomNid) ?? new Map<number, Counted>();
    users.set(userNid, counted);
    this.#counted.set(roomNid, users, users.size);
  }

  #read(userNid: number, room: LoadedRoom, { joinedPos, upTo }: { joinedPos: number; upTo: number }): Promise<UnreadRow[]> {
    const ownSince = this.#rules.ownSince(userNid, room.shard);
    const limit = limits.countedNotifications.value;
    return this.#rooms.core.store.all(unreadOfRoom, room.nid, userNid, joinedPos, upTo, ownSince, limit);
  }

  /** Counts the newest outcomes. @returns Whether they reach back to what was counted. */
  #catchUp(counted: Counted, userNid: number, room: LoadedRoom): boolean {
    const tail = this.#tails.get(room.nid);
    if (!tail) return counted.upTo >= room.view.end;
    if (counted.upTo < tail.after) return false;
    const { outcomes } = tail;
    let start = outcomes.length;
    while (start > 0 && (outcomes[start - 1]?.eventNid ?? 0) > counted.upTo) start--;
    for (const outcome of outcomes.slice(start)) {
      count(counted.threads, userNid, outcome, this.#rules.hadOwn(userNid, outcome.eventNid));
      counted.upTo = outcome.eventNid;
    }
    return true;
  }
}

/** Adds an event to the counts of a user; one's own says that everything before it in its thread was read. */
function count(threads: Map<string, Notice>, userNid: number, outcome: EventOutcome, hasOwn: boolean): void {
  const { thread, common, own } = outcome;
  if (outcome.senderNid === userNid) {
    if (outcome.isReadMark) threads.delete(thread);
    return;
  }
  const beside = own.get(userNid);
  const before = threads.get(thread);
  const notifies = (before?.notifies ?? 0) + (hasOwn ? 0 : common.notifies) + (beside?.notifies ?? 0);
  const highlights = (before?.highlights ?? 0) + (hasOwn ? 0 : common.highlights) + (beside?.highlights ?? 0);
  if (notifies > 0 || highlights > 0) threads.set(thread, { notifies, highlights });
}
