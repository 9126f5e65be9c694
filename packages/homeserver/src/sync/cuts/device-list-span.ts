import { isCovered, type PositionVector } from "../../log/position.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import { placeAtCut } from "../../rooms/timeline/place.ts";
import { type ChangedDeviceLists, DeviceListChanges } from "./device-list-changes.ts";
import type { RoomUpdates } from "./room-updates.ts";
import type { SyncDevice, SyncSources } from "./sync-sources.ts";

/** What {@link deviceListsBetween} reads from. */
export interface DeviceListParts {
  readonly rooms: Rooms;
  readonly updates: RoomUpdates;
  readonly sources: Pick<SyncSources, "changedDeviceLists">;
}

/** Whose device lists changed, and whose may be forgotten, between two cuts: what syncs over that span tell. */
export async function deviceListsBetween(
  { rooms, updates, sources }: DeviceListParts,
  device: SyncDevice,
  { since, now }: { readonly since: PositionVector; readonly now: PositionVector },
): Promise<ChangedDeviceLists> {
  const { userNid } = device;
  const changes = new DeviceListChanges(rooms, userNid);
  for (const [roomNid, membership] of await rooms.ofUser(userNid)) {
    const room = rooms.byNid(roomNid);
    if (!room) continue;
    if (membership.membership === "join") {
      // Where nothing happened, nobody came or went.
      const isKnown = isCovered(since, membership.pos) && !rooms.partial.completedBetween(room.nid, since);
      if (isKnown && room.end <= placeAtCut(since, room.shard)) continue;
      const loaded = await rooms.load(room);
      const { isNew, changedMembers } = await updates.memberChanges(loaded, membership, { since, now, device });
      if (isNew) changes.addRoom(loaded);
      await changes.addMembers(changedMembers);
    } else if (membership.leftPos !== undefined && !isCovered(since, membership.leftPos)) await changes.addLeftRoom(await rooms.load(room));
  }
  changes.addChanged(await sources.changedDeviceLists(userNid, since, now));
  return (await changes.read()) ?? { changed: [], left: [] };
}
