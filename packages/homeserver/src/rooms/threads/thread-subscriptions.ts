import { KeyedQueue, LruCache } from "@patrix/concurrency";
import { requireWithin } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { shardOfUser } from "../../log/core.ts";
import type { Position } from "../../log/position.ts";
import { operation } from "../../store/statement.ts";
import {
  countThreadSubscriptions,
  subscribedThreads,
  threadSubscriptionChanges,
  threadSubscriptionOf,
  type ThreadSubscriptionRow,
  upsertThreadSubscription,
} from "../../store/statements/thread-subscriptions.ts";
import { RoomError } from "../errors.ts";
import { threadOf } from "../read/thread-of.ts";
import { visibleEvent, type VisibleEventParts } from "../read/visible-event.ts";
import type { LoadedRoom } from "../room.ts";

/** Of how many users it is in memory which threads they follow. */
const REMEMBERED_USERS = 5_000;

/** A thread that a user asks about. */
export interface ThreadKey {
  readonly roomId: string;
  readonly rootId: string;
}

/** What a user has said of a thread, with the room's ID. */
export interface SubscriptionChange extends ThreadSubscriptionRow {
  readonly roomId: string;
}

/** A stretch of what a user has said of threads. */
export interface SubscriptionSpan {
  readonly after: Position;
  readonly upTo: Position;
  readonly limit: number;
}

/** Changes, the latest first, and where those before them end. */
export interface SubscriptionPage {
  readonly changes: readonly SubscriptionChange[];
  /** Earlier ones are up to here; `undefined` if there are none. */
  readonly next: Position | undefined;
}

/** Hears that a user subscribes to a thread, before that is stored. */
export type SubscribingListener = (userNid: number) => Promise<void>;

/**
 * Which threads users follow. Where a client subscribes of itself it names the event that made it do so: one that was there when the
 * user unsubscribed does not bring the subscription back.
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4306}
 */
export class ThreadSubscriptions {
  readonly #parts: VisibleEventParts;
  readonly #changes = new KeyedQueue<number>();
  readonly #followed = new LruCache<number, Promise<Set<string>>>(REMEMBERED_USERS);
  readonly #listeners = new Set<SubscribingListener>();

  constructor(parts: VisibleEventParts) {
    this.#parts = parts;
  }

  /** Calls before a user subscribes to a thread. */
  onSubscribing(listener: SubscribingListener): void {
    this.#listeners.add(listener);
  }

  /** The IDs of the roots of the threads that a user follows. The set is live. */
  followedBy(userNid: number): Promise<ReadonlySet<string>> {
    const known = this.#followed.get(userNid);
    if (known) return known;
    const { store } = this.#parts.rooms.core;
    const reading = store.all(subscribedThreads, userNid).then((rows) => new Set(rows.map((row) => row.root_id)));
    this.#followed.set(userNid, reading);
    reading.catch(() => this.#followed.delete(userNid));
    return reading;
  }

  /** Whether a user follows a thread, and whether a client made that so. @throws {RoomError} `EVENT_NOT_FOUND`, `NOT_SUBSCRIBED`. */
  async read(userNid: number, key: ThreadKey): Promise<{ readonly automatic: boolean }> {
    const row = await this.#row(userNid, await this.#open(userNid, key), key);
    if (row?.subscribed !== 1) throw new RoomError("NOT_SUBSCRIBED", "you have not subscribed to the thread");
    return { automatic: row.automatic === 1 };
  }

  /**
   * Subscribes to a thread.
   *
   * @param cause - The event because of which a client subscribes of itself; left out where the user does.
   * @throws {RoomError} `EVENT_NOT_FOUND`, `NOT_IN_THREAD`, or `UNSUBSCRIBED_SINCE`. @throws {LimitError}
   */
  subscribe(userNid: number, key: ThreadKey, cause?: string): Promise<void> {
    return this.#changes.run(userNid, async () => {
      const room = await this.#open(userNid, key);
      const causeNid = cause === undefined ? undefined : await this.#cause(userNid, key, cause);
      const row = await this.#row(userNid, room, key);
      // What the user has said goes before what a client makes of it.
      if (row?.subscribed === 1 && (causeNid !== undefined || row.automatic === 0)) return;
      if (row && causeNid !== undefined && causeNid <= row.seen_pos)
        throw new RoomError("UNSUBSCRIBED_SINCE", "the user has unsubscribed from the thread since that event");
      if (!row) {
        const known = await this.#parts.rooms.core.store.get(countThreadSubscriptions, userNid);
        requireWithin("threadSubscriptions", (known?.count ?? 0) + 1, "the subscription");
      }
      for (const listener of this.#listeners) await listener(userNid);
      await this.#store(userNid, room, { ...key, subscribed: true, automatic: causeNid !== undefined });
    });
  }

  /** Unsubscribes from a thread, if the user had subscribed. @throws {RoomError} `EVENT_NOT_FOUND`. */
  unsubscribe(userNid: number, key: ThreadKey): Promise<void> {
    return this.#changes.run(userNid, async () => {
      const room = await this.#open(userNid, key);
      const row = await this.#row(userNid, room, key);
      if (row?.subscribed === 1) await this.#store(userNid, room, { ...key, subscribed: false, automatic: false });
    });
  }

  /** What a user has said of threads in a stretch, the latest first. */
  async changes(userNid: number, { after, upTo, limit }: SubscriptionSpan): Promise<SubscriptionPage> {
    const { rooms } = this.#parts;
    const rows = await rooms.core.store.all(threadSubscriptionChanges, userNid, after, upTo, limit + 1);
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      changes: shown.flatMap((row) => {
        const roomId = rooms.byNid(row.room_nid)?.id;
        return roomId === undefined ? [] : { ...row, roomId };
      }),
      next: rows.length > limit && last ? last.pos - 1 : undefined,
    };
  }

  async #open(userNid: number, { roomId, rootId: eventId }: ThreadKey): Promise<LoadedRoom> {
    return (await visibleEvent(this.#parts, { roomId, eventId }, userNid)).access.room;
  }

  async #cause(userNid: number, { roomId, rootId }: ThreadKey, eventId: string): Promise<number> {
    const { event } = await visibleEvent(this.#parts, { roomId, eventId }, userNid);
    if ((await threadOf(this.#parts.rooms, event)) !== rootId)
      throw new RoomError("NOT_IN_THREAD", `the event ${eventId} is not in the thread`);
    // What came as history was never seen before anything else.
    return event.fields.place ?? 0;
  }

  #row(userNid: number, room: LoadedRoom, { rootId }: ThreadKey): Promise<ThreadSubscriptionRow | undefined> {
    return this.#parts.rooms.core.store.get(threadSubscriptionOf, userNid, room.nid, rootId);
  }

  async #store(
    userNid: number,
    room: LoadedRoom,
    { rootId, subscribed, automatic }: ThreadKey & { readonly subscribed: boolean; readonly automatic: boolean },
  ): Promise<void> {
    const { core } = this.#parts.rooms;
    const followed = await this.#followed.get(userNid);
    const pos = core.log.next(shardOfUser(core, userNid));
    const flags = [Number(subscribed), Number(automatic)] as const;
    await core.log.append({
      positions: [pos],
      operations: [operation(upsertThreadSubscription, userNid, room.nid, rootId, ...flags, pos, room.view.end)],
      publish: () => {
        if (subscribed) followed?.add(rootId);
        else followed?.delete(rootId);
        core.wakeUps.touch([userNid]);
      },
    });
  }
}

/** The most changes in one answer. */
export function subscriptionLimit(wanted: number | undefined): number {
  return Math.min(wanted ?? limits.threadSubscriptionsPage.value, limits.threadSubscriptionsPage.value);
}
