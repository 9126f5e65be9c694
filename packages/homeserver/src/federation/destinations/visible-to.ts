import { serverOf } from "@patrix/signatures";
import type { Rooms } from "../../rooms/rooms.ts";
import type { StoredEvent } from "../../rooms/timeline/stored-event.ts";
import { seenByServer } from "../history/server-sight.ts";
import type { RoomServers } from "../room-servers.ts";

/** What decides which events go to a server. */
export interface VisibilityParts {
  readonly rooms: Rooms;
  readonly roomServers: RoomServers;
}

/**
 * Those of some events that a server may see, none of them over age. One that has been in the room since before may see all of them, and
 * every server what becomes of its own users; of the others the history visibility decides.
 */
export async function visibleTo(
  { rooms, roomServers }: VisibilityParts,
  server: string,
  sent: readonly StoredEvent[],
): Promise<StoredEvent[]> {
  const events = await rooms.young(sent);
  const unsure = new Map<number, StoredEvent[]>();
  for (const event of events) {
    const { roomNid, type, stateKey } = event.fields;
    if (type === "m.room.member" && serverOf(stateKey) === server) continue;
    if (await roomServers.isJoinedSince({ nid: roomNid }, server, event.nid)) continue;
    unsure.set(roomNid, [...(unsure.get(roomNid) ?? []), event]);
  }
  if (unsure.size === 0) return [...events];
  const hidden = new Set<string>();
  for (const [roomNid, ofRoom] of unsure) {
    const seen = await seenByServer(rooms, await rooms.load({ nid: roomNid }), server, ofRoom);
    for (const { eventId } of ofRoom) if (!seen.has(eventId)) hidden.add(eventId);
  }
  return events.filter(({ eventId }) => !hidden.has(eventId));
}
