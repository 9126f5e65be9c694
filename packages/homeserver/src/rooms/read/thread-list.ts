import { limits } from "../../limits.ts";
import { type ThreadRow, threadsOfRoom } from "../../store/statements/relations.ts";
import { turnIfDue } from "../../turns.ts";
import type { LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import { type Place, placeBefore, placeOfColumn, timelineStart } from "../timeline/place.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import type { Bundle } from "./bundle.ts";
import type { BundledAggregations, BundleReader } from "./bundled-aggregations.ts";
import type { Visibility } from "./visibility.ts";

/** How many threads are looked at together. */
const LOOKED_AT_ONCE = 20;

/** Which threads of a room are asked for. */
export interface ThreadQuery {
  /** Threads with newer events were in a page before. */
  readonly from: Place;
  readonly limit: number;
  /** Whether only those are wanted in which the user took part. */
  readonly participated: boolean;
}

/** A page of threads. */
export interface ThreadPage {
  /** Those first whose newest event is the newest. */
  readonly roots: readonly StoredEvent[];
  /** Where the next page begins; `undefined` at the end. */
  readonly next: Place | undefined;
}

/** What threads are listed with. */
export interface ThreadListParts {
  readonly rooms: Rooms;
  readonly visibility: Visibility;
  readonly bundled: BundledAggregations;
}

/**
 * Lists the threads of a room of which a user sees the root and an event. Within a page they are in the order of the newest event
 * that the user sees, and from page to page in that of the newest there is.
 */
export async function listThreads(
  parts: ThreadListParts,
  room: LoadedRoom,
  reader: BundleReader,
  { from, limit, participated }: ThreadQuery,
): Promise<ThreadPage> {
  const found: SeenThread[] = [];
  let next: Place | undefined = from;
  for (let looked = 0; next !== undefined && found.length < limit && looked < limits.threadsLooked.value; looked += LOOKED_AT_ONCE) {
    const turn = turnIfDue();
    if (turn) await turn;
    const rows: readonly ThreadRow[] = await parts.rooms.core.store.all(threadsOfRoom, room.nid, next, LOOKED_AT_ONCE);
    const seen = await seenThreads(
      parts,
      room,
      reader,
      rows.map(({ root_id: rootId }) => rootId),
    );
    next = rows.length < LOOKED_AT_ONCE ? undefined : placeBefore(placeOfColumn(rows.at(-1)?.latest_pos ?? timelineStart));
    for (const row of rows) {
      const thread = seen.get(row.root_id);
      if (!thread || (participated && !thread.bundle.participated)) continue;
      if (found.length === limit) {
        next = placeOfColumn(row.latest_pos);
        break;
      }
      found.push(thread);
    }
  }
  const latest = ({ bundle }: SeenThread): Place => bundle.latest.fields.place ?? timelineStart;
  return { roots: found.toSorted((a, b) => latest(b) - latest(a)).map(({ root }) => root), next };
}

interface SeenThread {
  readonly root: StoredEvent;
  readonly bundle: NonNullable<Bundle["thread"]>;
}

/** Those of some threads of which a user sees something, by the IDs of their roots. */
async function seenThreads(
  { rooms, visibility, bundled }: ThreadListParts,
  room: LoadedRoom,
  reader: BundleReader,
  rootIds: readonly string[],
): Promise<Map<string, SeenThread>> {
  const roots = [...(await rooms.events.loadByIds(rootIds)).values()].filter(({ fields }) => fields.roomNid === room.nid);
  const visible = await visibility.filter(room, reader.userNid, roots);
  const bundles = await bundled.of(room, visible, reader);
  const threads = visible.flatMap((root) => {
    const bundle = bundles.get(root.eventId)?.thread;
    return bundle ? [[root.eventId, { root, bundle }] as const] : [];
  });
  return new Map(threads);
}
