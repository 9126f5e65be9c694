import { type ClientEventWithoutRoomId, getRelation } from "@patrix/events";
import type { EventId, RoomId } from "@patrix/identifiers";
import { emptyRoomData, type RoomData, stateContent } from "../base/room-data.ts";
import type { TimelineOptions } from "../rooms/room.ts";
import type { EventWindow } from "./event-window.ts";
import { belongsToThread, fetchAround, fetchEvent, type PageParts, roomPages, threadPages } from "./page-requests.ts";
import { isShown } from "./relate-events.ts";
import type { TimelineFeed } from "./timeline-feed.ts";
import type { TimelineKind, TimelineParts } from "./timeline-parts.ts";
import type { TimelineSource } from "./timeline-source.ts";

/** What is to be shown of a room, and where pages of its history are kept. */
export interface KindParts {
  readonly roomId: RoomId;
  readonly feed: Pick<TimelineFeed, "prepend">;
}

/** Chooses what a timeline shows. */
export function timelineKind(parts: KindParts, { around, thread, only }: TimelineOptions): TimelineKind {
  if (thread !== undefined) return threadKind(thread);
  if (only === "pinned") return pinnedKind(parts.roomId);
  if (only === "media") return mediaKind(parts.roomId);
  return around === undefined ? roomKind(parts) : aroundKind(around);
}

function isThreaded({ content }: ClientEventWithoutRoomId): boolean {
  return getRelation(content)?.kind === "thread";
}

/** All of a room but what is in threads. */
function roomKind({ roomId, feed }: KindParts): TimelineKind {
  const shows = (event: ClientEventWithoutRoomId): boolean => !isThreaded(event);
  return {
    shows,
    source: (pages) => ({
      request: roomPages(pages),
      belongs: () => true,
      counts: (event) => isShown(event) && shows(event),
      hasSyncTokens: true,
      onOlderPage: (from, { events, next }) =>
        // What cannot be kept is asked for again.
        void feed.prepend(roomId, { from, events, before: next, isStart: next === undefined }).catch(() => {}),
    }),
    open: async (source, _, { load }) => void source.begin(await load()),
  };
}

/** What lies around an event, and from there in both directions. */
function aroundKind(eventId: EventId): TimelineKind {
  const shows = (event: ClientEventWithoutRoomId): boolean => event.event_id === eventId || !isThreaded(event);
  return {
    shows,
    source: (pages) => ({
      request: roomPages(pages),
      belongs: () => true,
      counts: (event) => isShown(event) && shows(event),
      hasSyncTokens: true,
    }),
    async open(source, pages) {
      const { events, start, end } = await fetchAround(pages, eventId);
      source.beginAt(events, { start, end });
    },
  };
}

function threadKind(rootId: EventId): TimelineKind {
  const belongs = belongsToThread(rootId);
  // What is being sent into other threads is not of this one.
  const isIn = ({ content }: ClientEventWithoutRoomId): boolean => {
    const relation = getRelation(content);
    return relation?.kind === "thread" && relation.rootId === rootId;
  };
  return {
    shows: (event) => event.event_id === rootId || isIn(event),
    source: (pages) => ({
      request: threadPages(pages, rootId),
      belongs,
      counts: isShown,
      hasSyncTokens: false,
      first: () => fetchEvent(pages, rootId),
    }),
    open: beginWithKnown,
  };
}

function mediaKind(roomId: RoomId): TimelineKind {
  const relates = (event: ClientEventWithoutRoomId, window: EventWindow): boolean => {
    const relation = getRelation(event.content);
    return (
      event.type === "m.room.redaction" ||
      (relation !== undefined && relation.kind !== "reply" && "eventId" in relation && window.has(relation.eventId))
    );
  };
  return {
    shows: isMedia,
    source: (pages) => ({
      // Of encrypted events the server cannot tell.
      request: (dir, from, limit) =>
        roomPages(pages, isEncrypted(pages) ? {} : { types: ["m.room.message"], contains_url: true })(dir, from, limit),
      belongs: (event, window) => isMedia(event) || relates(event, window),
      counts: isMedia,
      hasSyncTokens: false,
    }),
    open: beginWithKnown,
  };

  function isEncrypted({ context }: PageParts): boolean {
    const data = context.base().rooms.get(roomId);
    return data !== undefined && stateContent(data, "m.room.encryption") !== undefined;
  }
}

const mediaTypes: ReadonlySet<unknown> = new Set(["m.image", "m.video", "m.audio", "m.file"]);

function isMedia({ type, content, state_key: key }: ClientEventWithoutRoomId): boolean {
  return (
    type === "m.room.message" && key === undefined && mediaTypes.has(content["msgtype"]) && getRelation(content)?.kind !== "replacement"
  );
}

/** Pinned events in the order of pinning. */
function pinnedKind(roomId: RoomId): TimelineKind {
  let shown: readonly EventId[] = [];
  const fetched = new Map<EventId, ClientEventWithoutRoomId>();
  const pinnedIn = ({ context }: TimelineParts): readonly EventId[] =>
    pinnedEvents(context.base().rooms.get(roomId) ?? emptyRoomData(roomId));
  return {
    shows: (event) => shown.includes(event.event_id),
    source: () => ({
      request: async () => ({ events: [], next: undefined }),
      belongs: (event, window) => {
        const relation = getRelation(event.content);
        return event.type === "m.room.redaction" || (relation !== undefined && "eventId" in relation && window.has(relation.eventId));
      },
      counts: isShown,
      hasSyncTokens: false,
    }),
    isOutdated: (parts) => pinnedIn(parts).join() !== shown.join(),
    async open(source, pages, parts) {
      shown = pinnedIn(parts);
      const missing = shown.filter((id) => !fetched.has(id));
      // What cannot be fetched, or is not there any more, is left out.
      const found = await Promise.all(missing.map((id) => fetchEvent(pages, id).catch(() => {})));
      for (const event of found) if (event) fetched.set(event.event_id, event);
      source.beginAt(shown.flatMap((id) => fetched.get(id) ?? []));
    },
  };
}

/** Most events of a list of pinned ones that are shown. */
const maxPinned = 100;

/** The pinned events of a room, as its state lists them. */
export function pinnedEvents(data: RoomData): readonly EventId[] {
  const pinned = stateContent(data, "m.room.pinned_events")?.["pinned"];
  if (!Array.isArray(pinned)) return [];
  return [...new Set(pinned.filter((id): id is EventId => typeof id === "string" && id.startsWith("$")))].slice(-maxPinned);
}

/** Begins with those events that are known of a room. */
async function beginWithKnown(source: TimelineSource, _: PageParts, { load }: TimelineParts): Promise<void> {
  const { cached, pending } = await load();
  source.append(cached.events);
  for (const batch of pending) source.add(batch);
}
