import type { RoomParts } from "../../rooms/open-rooms.ts";
import { RoomEphemeral } from "../cuts/room-ephemeral.ts";
import { RoomSpans } from "../cuts/room-spans.ts";
import { RoomUpdates } from "../cuts/room-updates.ts";
import { SentMembers } from "../cuts/sent-members.ts";
import type { SyncSources } from "../cuts/sync-sources.ts";
import { TimelineSections } from "../cuts/timeline-sections.ts";
import { Sync } from "./sync.ts";
import { defaultSyncBound, type SyncBound } from "./sync-bound.ts";

/** Builds sync over the rooms, and over what the features contribute. */
export function openSync(
  { rooms, timelines, states, visibility, clientEvents, receipts, typing, presence, ephemeralSerial }: RoomParts,
  sources: SyncSources,
  bound: SyncBound = defaultSyncBound,
): Sync {
  const updates = new RoomUpdates({
    rooms,
    states,
    spans: new RoomSpans(rooms, states),
    sections: new TimelineSections(states, timelines, visibility),
    visibility,
    clientEvents,
    ephemeral: new RoomEphemeral(rooms, receipts, typing),
    sentMembers: new SentMembers(),
  });
  return new Sync({ rooms, ephemeralSerial, presence, states, updates, sources, bound });
}
