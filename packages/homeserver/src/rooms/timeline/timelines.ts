import { LruCache } from "@patrix/concurrency";
import type { Core } from "../../log/core.ts";
import { keyList } from "../../store/statement.ts";
import { eventsAfterGaps, oldestOfTimeline, timelineBackward, timelineForward } from "../../store/statements/events.ts";
import { limits } from "../../limits.ts";
import { turnIfDue } from "../../turns.ts";
import type { LoadedRoom, RoomHandle } from "../room.ts";
import type { EventCache } from "./event-cache.ts";
import { earlierPlace, hasPlacesBetween, historyEnd, type Place, placeAfter, placeBefore, placeOfColumn, timelineStart } from "./place.ts";
import type { StoredEvent } from "./stored-event.ts";

/** How many of its newest events a room keeps in memory. */
const TAIL_LENGTH = 32;

/** The bytes of events in the tails of all rooms; most are in the cache of events as well. */
const TAIL_BYTES = 32 * 1024 * 1024;

/** How many events of a page are read before others may get their turn. */
const READ_AT_ONCE = 20;

/** A stretch of a timeline: the events after one place and up to another. */
export interface Stretch {
  readonly after: Place;
  readonly upTo: Place;
}

/** Which way a page goes, and how many events it has at most. */
export interface PageOptions {
  readonly backward: boolean;
  readonly limit: number;
}

/** The newest events of a room, oldest first. */
interface Tail {
  readonly events: StoredEvent[];
  /** Whether the first event of the tail is the first of the room. */
  complete: boolean;
  weight: number;
}

/** The newest events of a stretch of a timeline, oldest first, and whether older ones were left out. */
export interface TimelineSlice {
  readonly events: readonly StoredEvent[];
  readonly limited: boolean;
}

/** The timelines of rooms: pages from the store, and the newest events of hot rooms from memory. */
export class Timelines {
  readonly #core: Core;
  readonly #events: EventCache;
  readonly #tails = new LruCache<number, Tail>(TAIL_BYTES);

  constructor(core: Core, events: EventCache) {
    this.#core = core;
    this.#events = events;
  }

  /** Adds a committed event to a room that is hot. */
  add(room: LoadedRoom, event: StoredEvent): void {
    let tail = this.#tails.get(room.nid);
    if (!tail) {
      tail = { events: [], complete: event.fields.type === "m.room.create", weight: 0 };
    }
    tail.events.push(event);
    tail.weight += event.weight;
    if (tail.events.length >= TAIL_LENGTH * 2) {
      for (const gone of tail.events.splice(0, TAIL_LENGTH)) tail.weight -= gone.weight;
      tail.complete = false;
    }
    this.#tails.set(room.nid, tail, tail.weight);
  }

  /** Drops a room's tail, since one of its events has changed or history was put before it. */
  forget(roomNid: number): void {
    this.#tails.delete(roomNid);
  }

  /** The newest events of a stretch, at most `limit`. */
  async newest(room: RoomHandle, stretch: Stretch, limit: number): Promise<TimelineSlice> {
    const slice = this.peekNewest(room, stretch, limit);
    if (slice) return slice;
    const { events, isWhole } = await this.#readPage(room, stretch, { backward: true, limit: limit + 1 });
    return { events: events.slice(0, limit).toReversed(), limited: events.length > limit || !isWhole };
  }

  /** As {@link Timelines.newest}, if that is in memory. */
  peekNewest(room: RoomHandle, stretch: Stretch, limit: number): TimelineSlice | undefined {
    const tail = this.#tails.get(room.nid);
    return tail && sliceTail(tail, stretch, limit);
  }

  /** The newest event up to a place; `undefined` if none is stored. */
  async lastUpTo(room: RoomHandle, upTo: Place): Promise<StoredEvent | undefined> {
    return (await this.newest(room, { after: timelineStart, upTo }, 1)).events[0];
  }

  /**
   * A page of a stretch, read a few events at a time: at most `limit` events, and no more once they are as large as an answer
   * may be. A page that is not full may be cut.
   */
  async page(room: RoomHandle, stretch: Stretch, options: PageOptions): Promise<StoredEvent[]> {
    return (await this.#readPage(room, stretch, options)).events;
  }

  async #readPage(
    room: RoomHandle,
    stretch: Stretch,
    { backward, limit }: PageOptions,
  ): Promise<{ readonly events: StoredEvent[]; readonly isWhole: boolean }> {
    const events: StoredEvent[] = [];
    let { after, upTo } = stretch;
    let bytes = 0;
    while (events.length < limit && bytes < limits.pageBytes.value) {
      const turn = turnIfDue();
      if (turn) await turn;
      const wanted = Math.min(READ_AT_ONCE, limit - events.length);
      const read = backward ? await this.backward(room, { after, upTo }, wanted) : await this.forward(room, { after, upTo }, wanted);
      for (const event of read) bytes += event.fields.json.length;
      events.push(...read);
      const place = events.at(-1)?.fields.place;
      if (read.length < wanted || place == null) return { events, isWhole: true };
      if (backward) upTo = placeBefore(place);
      else after = place;
    }
    return { events, isWhole: false };
  }

  /** A page of a stretch, newest first. */
  backward(room: RoomHandle, { after, upTo }: Stretch, limit: number): Promise<StoredEvent[]> {
    return this.#events.read(() => this.#core.store.all(timelineBackward, room.nid, after, upTo, limit));
  }

  /** A page of a stretch, oldest first. */
  forward(room: RoomHandle, { after, upTo }: Stretch, limit: number): Promise<StoredEvent[]> {
    return this.#events.read(() => this.#core.store.all(timelineForward, room.nid, after, upTo, limit));
  }

  /**
   * The events from the last one on before which some are missing here, and whether there is one: what came before it may have been
   * followed by much else. Such an event follows no end of the room, so it makes a fork.
   */
  async sinceGap(room: RoomHandle, events: readonly StoredEvent[]): Promise<{ events: readonly StoredEvent[]; hasGap: boolean }> {
    const forked = events.flatMap(({ nid, fields }) => (fields.isForked ? nid : []));
    if (forked.length === 0) return { events, hasGap: false };
    const rows = await this.#core.store.all(eventsAfterGaps, room.nid, keyList(forked));
    const after = new Set(rows.map((row) => row.before_nid));
    const at = events.findLastIndex(({ nid }) => after.has(nid));
    return { events: events.slice(Math.max(0, at)), hasGap: at >= 0 };
  }

  /** What of a page, newest first, lies after the newest gap in it; all of it where there is none. */
  async upToGap(room: RoomHandle, page: readonly StoredEvent[]): Promise<StoredEvent[]> {
    const rows = await this.#core.store.all(eventsAfterGaps, room.nid, keyList(page.map(({ nid }) => nid)));
    const after = new Set(rows.map((row) => row.before_nid));
    const at = page.findIndex(({ nid }) => after.has(nid));
    return page.slice(0, at < 0 ? undefined : at + 1);
  }

  /** The place of the oldest event that is stored of a room. */
  async oldestPlace(room: RoomHandle): Promise<Place | undefined> {
    const row = await this.#core.store.get(oldestOfTimeline, room.nid);
    return row?.timeline_pos == null ? undefined : placeOfColumn(row.timeline_pos);
  }

  /**
   * The place that so many events of the past have to precede, the newest of them right before it. Those that lie before an event which came
   * after a gap get the places that were left free there; all others precede the oldest event.
   *
   * @param follower - The place of an event that they lie before.
   */
  async endOfPast(room: RoomHandle, count: number, follower: Place = historyEnd): Promise<Place> {
    let end = follower;
    while (end > historyEnd) {
      const page = await this.backward(room, { after: historyEnd, upTo: placeBefore(end) }, READ_AT_ONCE);
      for (const { nid, fields } of page) {
        if (fields.place === null) continue;
        if (hasPlacesBetween(fields.place, end, count)) return end;
        // It came as it was sent, and what lies before it is another matter.
        if (fields.place === placeAfter(nid)) return this.#beginning(room);
        end = fields.place;
      }
      if (page.length < READ_AT_ONCE) break;
    }
    return this.#beginning(room);
  }

  async #beginning(room: RoomHandle): Promise<Place> {
    return earlierPlace((await this.oldestPlace(room)) ?? historyEnd, historyEnd);
  }
}

/** Cuts a stretch out of a tail; `undefined` if the tail does not reach back far enough. */
function sliceTail({ events, complete }: Tail, { after, upTo }: Stretch, limit: number): TimelineSlice | undefined {
  let end = events.length;
  while (end > 0 && isBeyond(events[end - 1], upTo)) end--;
  let start = end;
  while (start > 0 && end - start < limit && isBeyond(events[start - 1], after)) start--;
  const before = events[start - 1];
  if (!before && !complete && !isCovered(events[start], after)) return undefined;
  return { events: events.slice(start, end), limited: isBeyond(before, after) };
}

/** Whether an event of a timeline comes after a place. */
function isBeyond(event: StoredEvent | undefined, place: Place): boolean {
  return event !== undefined && event.fields.place !== null && event.fields.place > place;
}

function isCovered(event: StoredEvent | undefined, place: Place): boolean {
  return event === undefined || !isBeyond(event, place);
}
