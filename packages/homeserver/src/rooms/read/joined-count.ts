import type { LoadedRoom, RoomView } from "../room.ts";
import type { Rooms } from "../rooms.ts";

/**
 * How many users are joined to a room. Where its members have not come, at least so many: of each server that is in the room somebody is.
 *
 * @param known - Those who are known; those of now if left out.
 */
export function joinedCountOf({ partial }: Rooms, { nid, view }: LoadedRoom, known: Pick<RoomView, "joinedCount"> = view): number {
  const others = partial.of(nid)?.servers.size;
  return others === undefined ? known.joinedCount : Math.max(known.joinedCount, others + 1);
}
