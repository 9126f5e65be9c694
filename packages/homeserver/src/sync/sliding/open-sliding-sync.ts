import type { RoomParts } from "../../rooms/open-rooms.ts";
import { RoomEphemeral } from "../cuts/room-ephemeral.ts";
import { RoomSpans } from "../cuts/room-spans.ts";
import { RoomUpdates } from "../cuts/room-updates.ts";
import { SentMembers } from "../cuts/sent-members.ts";
import type { SyncSources } from "../cuts/sync-sources.ts";
import { TimelineSections } from "../cuts/timeline-sections.ts";
import { limits } from "../../limits.ts";
import { BumpStamps } from "./bump-stamps.ts";
import { Connections } from "./connections.ts";
import type { SlidingExtension } from "./extensions/extension.ts";
import { followedThreads } from "./extensions/followed-threads.ts";
import { stickyEvents } from "./extensions/sticky-events.ts";
import { RoomList } from "./room-list.ts";
import { RoomTraitsReader } from "./room-traits.ts";
import type { SlidingBound } from "./sliding-answer.ts";
import { SlidingRooms } from "./sliding-room.ts";
import { SlidingSync } from "./sliding-sync.ts";

/** How a sliding sync differs from the usual one. */
export interface SlidingSyncOptions {
  /** What answers hold at most. */
  readonly bound?: SlidingBound | undefined;
  /** Extensions that other folders serve. */
  readonly further?: readonly SlidingExtension[];
}

/** Builds sliding sync over the rooms, and over what the features contribute. */
export function openSlidingSync(parts: RoomParts, sources: SyncSources, options: SlidingSyncOptions = {}): SlidingSync {
  const { rooms, timelines, states, visibility, clientEvents, receipts, typing, ephemeralSerial } = parts;
  const spans = new RoomSpans(rooms, states);
  const sections = new TimelineSections(states, timelines, visibility);
  const ephemeral = new RoomEphemeral(rooms, receipts, typing);
  const sentMembers = new SentMembers();
  const stamps = new BumpStamps(rooms, timelines);
  return new SlidingSync({
    rooms,
    sources,
    ephemeral,
    ephemeralSerial,
    updates: new RoomUpdates({ rooms, states, spans, sections, visibility, clientEvents, ephemeral, sentMembers }),
    list: new RoomList(rooms),
    traits: new RoomTraitsReader(rooms, states),
    slidingRooms: new SlidingRooms({ rooms, spans, sections, clientEvents, visibility, sentMembers, stamps }),
    connections: new Connections(rooms.core),
    bound: options.bound ?? { bytes: limits.syncBytes.value, rooms: limits.syncRooms.value },
    further: [followedThreads(rooms.core, parts.threadSubscriptions), stickyEvents(rooms, sources), ...(options.further ?? [])],
  });
}
