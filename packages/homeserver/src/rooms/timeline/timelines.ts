import { LruCache } from "@patrix/concurrency";
import type { Core } from "../../log/core.ts";
import { timelineBackward, timelineForward } from "../../store/statements/events.ts";
import type { EventCache } from "./event-cache.ts";
import type { LoadedRoom } from "../room.ts";
import type { StoredEvent } from "./stored-event.ts";

/** How many of its newest events a room keeps in memory. */
const TAIL_LENGTH = 64;

/** The bytes of events in the tails of all rooms; most are in the cache of events as well. */
const TAIL_BYTES = 48 * 1024 * 1024;

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

  /** Drops a room's tail, since one of its events has changed. */
  forget(roomNid: number): void {
    this.#tails.delete(roomNid);
  }

  /** The newest events above one position and up to another, at most `limit`. */
  async newest(roomNid: number, above: number, upTo: number, limit: number): Promise<TimelineSlice> {
    const tail = this.#tails.get(roomNid);
    const oldest = tail?.events[0];
    if (tail && oldest && (tail.complete || oldest.nid <= above || tail.events.length > limit + 1)) {
      const slice = sliceTail(tail, above, upTo, limit);
      if (slice) return slice;
    }
    const events = await this.backward(roomNid, upTo + 1, above, limit + 1);
    return { events: events.slice(0, limit).toReversed(), limited: events.length > limit };
  }

  /** A page of events below one position and above another, newest first. */
  async backward(roomNid: number, below: number, above: number, limit: number): Promise<StoredEvent[]> {
    return this.#events.read(() => this.#core.store.all(timelineBackward, roomNid, below, above, limit));
  }

  /** A page of events above one position and below another, oldest first. */
  async forward(roomNid: number, above: number, below: number, limit: number): Promise<StoredEvent[]> {
    return this.#events.read(() => this.#core.store.all(timelineForward, roomNid, above, below, limit));
  }
}

/** Cuts a stretch out of a tail; `undefined` if the tail does not reach back far enough. */
function sliceTail({ events, complete }: Tail, above: number, upTo: number, limit: number): TimelineSlice | undefined {
  let end = events.length;
  while (end > 0 && (events[end - 1]?.nid ?? 0) > upTo) end--;
  let start = end;
  while (start > 0 && end - start < limit && (events[start - 1]?.nid ?? 0) > above) start--;
  const before = events[start - 1];
  if (!before && !complete && (events[start]?.nid ?? 0) > above) return undefined;
  return { events: events.slice(start, end), limited: before !== undefined && before.nid > above };
}
