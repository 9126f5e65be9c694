import { limits } from "../../limits.ts";
import { type EventTimeRow, spanAfter, spanBefore, stretchesOfSpan, timesOfStretch } from "../../store/statements/timeline-spans.ts";
import { turnIfDue } from "../../turns.ts";
import type { LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import { timelineEnd } from "../timeline/place.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import { spanOf } from "../timeline/timeline-span.ts";

/** How many times are read at once. */
const READ_AT_ONCE = 500;
/** How many events are loaded at once: most often the first is seen. */
const LOADED_AT_ONCE = 10;

/** Which event is looked for. */
export interface TimeQuery {
  /** Milliseconds since the Unix epoch. */
  readonly ts: number;
  /** Whether it is the last one up to that time; else it is the first one from then on. */
  readonly backward: boolean;
}

/** Keeps those of some events that may be seen, in order. */
export type SeenEvents = (events: readonly StoredEvent[]) => Promise<readonly StoredEvent[]>;

/** Finds the event of a room that is closest to a time, of those that may be seen. Times are what senders say, and need not follow the timeline. */
export async function eventAtTime(
  rooms: Rooms,
  room: LoadedRoom,
  { ts, backward }: TimeQuery,
  seenOf: SeenEvents,
): Promise<StoredEvent | undefined> {
  const { store } = rooms.core;
  let span: number | undefined = spanOf(ts);
  for (let left: number = limits.eventsByTime.value; span !== undefined && left > 0;) {
    const times = await timesOf(rooms, room, span, left);
    left -= Math.max(1, times.length);
    const wanted = times.filter((event) => (backward ? event.ts <= ts : event.ts >= ts)).toSorted(byTime);
    const seen = await firstSeen(rooms, backward ? wanted.toReversed() : wanted, seenOf);
    if (seen) return seen;
    span = (await store.get(backward ? spanBefore : spanAfter, room.nid, span))?.span ?? undefined;
  }
  return undefined;
}

/** When the events of a span were sent, at most as many as may be looked at. */
async function timesOf(rooms: Rooms, room: LoadedRoom, span: number, most: number): Promise<EventTimeRow[]> {
  const { store } = rooms.core;
  const times: EventTimeRow[] = [];
  for (const stretch of await store.all(stretchesOfSpan, room.nid, span))
    for (let from: number | undefined = stretch.start_pos; from !== undefined && times.length < most;) {
      const turn = turnIfDue();
      if (turn) await turn;
      const limit = Math.min(READ_AT_ONCE, most - times.length);
      const read: readonly EventTimeRow[] = await store.all(timesOfStretch, room.nid, from, stretch.end_pos ?? timelineEnd, limit);
      times.push(...read);
      const last = read.at(-1);
      from = last && read.length === limit ? last.timeline_pos + 1 : undefined;
    }
  return times;
}

async function firstSeen(rooms: Rooms, times: readonly EventTimeRow[], seenOf: SeenEvents): Promise<StoredEvent | undefined> {
  for (let at = 0; at < times.length; at += LOADED_AT_ONCE) {
    const turn = turnIfDue();
    if (turn) await turn;
    const nids = times.slice(at, at + LOADED_AT_ONCE).map(({ event_nid: nid }) => nid);
    const loaded = await rooms.events.load(nids);
    const [seen] = await seenOf(nids.flatMap((nid) => loaded.get(nid) ?? []));
    if (seen) return seen;
  }
  return undefined;
}

function byTime(a: EventTimeRow, b: EventTimeRow): number {
  return a.ts - b.ts || a.timeline_pos - b.timeline_pos;
}
