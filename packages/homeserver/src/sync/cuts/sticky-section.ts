import type { LoadedRoom } from "../../rooms/room.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import { type Place, timelineStart } from "../../rooms/timeline/place.ts";
import type { StoredEvent } from "../../rooms/timeline/stored-event.ts";

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
export async function stickyEventsBetween(rooms: Rooms, room: LoadedRoom, span: StickySpan): Promise<readonly StoredEvent[]> {
  const { after = timelineStart, upTo, told, request } = span;
  const entries = rooms.sticky.between(room.nid, after, upTo);
  if (entries.length === 0) return [];
  const known = new Set(told.map(({ nid }) => nid));
  const nids = entries.map(({ nid }) => nid).filter((nid) => !known.has(nid));
  const events = await rooms.events.load(nids);
  const young = await rooms.retention.young(
    room,
    nids.flatMap((nid) => events.get(nid) ?? []),
  );
  return young.filter(({ fields }) => fields.redactedBy === null && !request.ignored.has(fields.sender));
}
