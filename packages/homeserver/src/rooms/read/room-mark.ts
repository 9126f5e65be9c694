import type { Completion } from "../partial/partial-rooms.ts";
import type { Room } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import type { Place } from "../timeline/place.ts";

/** Where a room has got to: what was worked out of its state holds as long as it is there. */
export interface RoomMark {
  readonly end: Place;
  /** Members that were missing come without an event. */
  readonly completion: Completion | undefined;
}

/** Where a room is now. */
export function markOf({ partial }: Rooms, { nid, end }: Pick<Room, "nid" | "end">): RoomMark {
  return { end, completion: partial.completionOf(nid) };
}

/** Whether a room is still where it was. */
export function isAt({ partial }: Rooms, { nid, end }: Pick<Room, "nid" | "end">, mark: RoomMark): boolean {
  return mark.end === end && mark.completion === partial.completionOf(nid);
}
