import { limits } from "../../limits.ts";
import { type ThreadRow, threadsOfRoom } from "../../store/statements/relations.ts";
import { turnIfDue } from "../../turns.ts";
import type { LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import { formatTimelineToken, parseTimelineToken, type Place, placeBefore, placeOfColumn, timelineStart } from "../timeline/place.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import type { Bundle } from "./bundle.ts";
import type { BundledAggregations, BundleReader } from "./bundled-aggregations.ts";
import type { Visibility } from "./visibility.ts";

/** How many threads are looked at together. */
const LOOKED_AT_ONCE = 20;
/** The most threads that are put off since events of them are hidden; beyond that they come early. */
const MAX_PUT_OFF = 100;

/** Where a list of threads goes on. */
export interface ThreadCursor {
  /** Threads with newer events were looked at. */
  readonly from: Place;
  /** The roots of those that were, and whose newest event that the user sees is older than what was listed. */
  readonly putOff: readonly number[];
}

/** Which threads of a room are asked for. */
export interface ThreadQuery extends ThreadCursor {
  readonly limit: number;
  /** Whether only those are wanted in which the user took part. */
  readonly participated: boolean;
}

/** A page of threads. */
export interface ThreadPage {
  /** Those first of which the newest event that the user sees is the newest. */
  readonly roots: readonly StoredEvent[];
  /** Where the next page begins; `undefined` at the end. */
  readonly next: ThreadCursor | undefined;
}

/** What threads are listed with. */
export interface ThreadListParts {
  readonly rooms: Rooms;
  readonly visibility: Visibility;
  readonly bundled: BundledAggregations;
}

/**
 * Lists the threads of a room of which a user sees the root and an event, over all pages in the order of the newest event that the user
 * sees. They are read in the order of the newest there is: a thread waits until no other can come before it.
 */
export async function listThreads(
  parts: ThreadListParts,
  room: LoadedRoom,
  reader: BundleReader,
  { from, putOff, limit, participated }: ThreadQuery,
): Promise<ThreadPage> {
  const isWanted = ({ bundle }: SeenThread): boolean => !participated || bundle.participated;
  const roots: StoredEvent[] = [];
  const earlier = await parts.rooms.events.load(putOff.slice(0, MAX_PUT_OFF));
  const waiting = (
    await seenThreads(parts, room, reader, new Map([...earlier.values()].map(({ eventId }) => [eventId, undefined])))
  ).filter(isWanted);
  let next: Place | undefined = from;
  let looked = 0;
  while (roots.length < limit) {
    const turn = turnIfDue();
    if (turn) await turn;
    const best = takeNewest(waiting, waiting.length > MAX_PUT_OFF - LOOKED_AT_ONCE ? timelineStart : next);
    if (best) {
      roots.push(best.root);
      continue;
    }
    if (next === undefined || looked >= limits.threadsLooked.value) break;
    const rows: readonly ThreadRow[] = await parts.rooms.core.store.all(threadsOfRoom, room.nid, next, LOOKED_AT_ONCE);
    looked += LOOKED_AT_ONCE;
    const places = new Map(rows.map((row) => [row.root_id, placeOfColumn(row.latest_pos)]));
    waiting.push(...(await seenThreads(parts, room, reader, places)).filter(isWanted));
    next = rows.length < LOOKED_AT_ONCE ? undefined : placeBefore(placeOfColumn(rows.at(-1)?.latest_pos ?? timelineStart));
  }
  return { roots, next: cursorAfter(waiting, next) };
}

/** Takes the thread with the newest event out of some, if that is newer than a place. */
function takeNewest(waiting: SeenThread[], after: Place | undefined): SeenThread | undefined {
  let newest: SeenThread | undefined;
  for (const thread of waiting) if (!newest || thread.seen > newest.seen) newest = thread;
  if (!newest || (after !== undefined && newest.seen <= after)) return undefined;
  waiting.splice(waiting.indexOf(newest), 1);
  return newest;
}

function cursorAfter(waiting: readonly SeenThread[], next: Place | undefined): ThreadCursor | undefined {
  if (waiting.length === 0) return next === undefined ? undefined : { from: next, putOff: [] };
  // Those of which nothing is hidden are found again where they are.
  if (waiting.every(({ seen, latest }) => seen === latest))
    return { from: waiting.reduce((first, { seen }) => (seen > first ? seen : first), next ?? timelineStart), putOff: [] };
  return { from: next ?? timelineStart, putOff: waiting.map(({ root }) => root.nid) };
}

/** Formats a cursor as a token: its place, and the numbers of what was put off. Clients must not look inside. */
export function formatThreadToken({ from, putOff }: ThreadCursor): string {
  return [formatTimelineToken(from), ...putOff.map((nid) => nid.toString(36))].join("~");
}

/** Reads such a token; `undefined` for anything else. */
export function parseThreadToken(text: string): ThreadCursor | undefined {
  const [place = "", ...numbers] = text.split("~");
  const from = parseTimelineToken(place);
  const isWhole = numbers.length > 0 && numbers.length <= MAX_PUT_OFF && numbers.every((number) => /^[0-9a-z]{1,11}$/.test(number));
  return from === undefined || !isWhole ? undefined : { from, putOff: numbers.map((number) => Number.parseInt(number, 36)) };
}

interface SeenThread {
  readonly root: StoredEvent;
  readonly bundle: NonNullable<Bundle["thread"]>;
  /** The place of the newest event that the user sees. */
  readonly seen: Place;
  /** The place of the newest there is, where that was read. */
  readonly latest: Place | undefined;
}

/** Those of some threads of which a user sees something. `places` are those of their newest events, by the IDs of their roots. */
async function seenThreads(
  { rooms, visibility, bundled }: ThreadListParts,
  room: LoadedRoom,
  reader: BundleReader,
  places: ReadonlyMap<string, Place | undefined>,
): Promise<SeenThread[]> {
  if (places.size === 0) return [];
  const roots = [...(await rooms.events.loadByIds([...places.keys()])).values()].filter(({ fields }) => fields.roomNid === room.nid);
  const visible = await visibility.filter(room, reader.userNid, roots);
  const bundles = await bundled.of(room, visible, reader);
  return visible.flatMap((root) => {
    const bundle = bundles.get(root.eventId)?.thread;
    return bundle ? { root, bundle, seen: bundle.latest.fields.place ?? timelineStart, latest: places.get(root.eventId) } : [];
  });
}
