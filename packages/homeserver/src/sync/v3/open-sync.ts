import type { RoomParts } from "../../rooms/open-rooms.ts";
import { JoinedRooms } from "./joined-room.ts";
import { RoomEphemeral } from "./room-ephemeral.ts";
import { RoomTimelines } from "../cuts/room-timelines.ts";
import { SentMembers } from "../cuts/sent-members.ts";
import { Sync } from "./sync.ts";
import type { SyncSources } from "../cuts/sync-sources.ts";

/** Builds sync over the rooms, and over what the features contribute. */
export function openSync({ rooms, timelines, visibility, receipts, typing }: RoomParts, sources: SyncSources): Sync {
  const roomTimelines = new RoomTimelines(rooms, timelines, visibility);
  const ephemeral = new RoomEphemeral(rooms, receipts, typing);
  const joinedRooms = new JoinedRooms(rooms, roomTimelines, ephemeral, new SentMembers());
  return new Sync({ rooms, typing, timelines: roomTimelines, joinedRooms, sources });
}
