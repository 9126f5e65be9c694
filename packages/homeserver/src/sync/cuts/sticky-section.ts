import type { Ready } from "../../ready.ts";
import type { LoadedRoom } from "../../rooms/room.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import { type Place, timelineStart } from "../../rooms/timeline/place.ts";
import type { StoredEvent } from "../../rooms/timeline/stored-event.ts";

const nothing: readonly StoredEvent[] = [];

/** Which sticky events of a room a client is told. */
export interface StickySpan {
  /** The client knows what came up to here; left out for one that does not know the room. */
  readonly after?: Place | undefined;
  readonly upTo: Place;
  /** What it is told anyway. */
  readonly told: readonly StoredEvent[];
  readonly request: {
    /** The users whose messages are not told. */
    readonly ignored: ReadonlySet<string>;
  };
}

/**
 * Reads the sticky events that are new to a member: history visibility hides none of them, and filters do not apply.
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4354}
 */
export function stickyEventsBetween(rooms: Rooms, room: LoadedRoom, span: StickySpan): Ready<readonly StoredEvent[]> {
  const entries = rooms.sticky.between(room.nid, span.after ?? timelineStart, span.upTo);
  return entries.length === 0 ? nothing : readNew(rooms, room, entries, span);
}

async function readNew(
  rooms: Rooms,
  room: LoadedRoom,
  entries: readonly { readonly nid: number }[],
  { told, request }: StickySpan,
): Promise<readonly StoredEvent[]> {
  const known = new Set(told.map(({ nid }) => nid));
  const nids = entries.map(({ nid }) => nid).filter((nid) => !known.has(nid));
  const events = await rooms.events.load(nids);
  const young = await rooms.retention.young(
    room,
    nids.flatMap((nid) => events.get(nid) ?? []),
  );
  return young.filter(({ fields }) => fields.redactedBy === null && !request.ignored.has(fields.sender));
}
