import type { ClientEventWithoutRoomId } from "@patrix/events";
import type { EventId } from "@patrix/identifiers";
import type { Member } from "../base/members.ts";
import type { Subscription } from "../live/subscription.ts";
import type { PendingEvent } from "../outbox/outbox-item.ts";
import type { MatrixEvent } from "../rooms/room.ts";
import type { RoomContext } from "../rooms/room-context.ts";
import type { PageParts } from "./page-requests.ts";
import type { KnownTimeline, RoomWatcher } from "./timeline-feed.ts";
import type { SourceParts, TimelineSource } from "./timeline-source.ts";

/** What timelines of all rooms work with. */
export interface TimelineParts {
  readonly context: RoomContext;
  /** Makes the handle of an event of the room, of the sender as the room knows them or as given. */
  readonly makeEvent: (event: ClientEventWithoutRoomId, sender?: Member) => MatrixEvent;
  readonly watch: (watcher: RoomWatcher) => Subscription;
  readonly load: () => Promise<KnownTimeline>;
  /** An event is something else now. */
  readonly replace: (event: ClientEventWithoutRoomId) => Promise<void>;
  readonly pending: () => readonly PendingEvent[];
  /** The ID that the server gave to an event, by the one that it had before. */
  readonly sentAs: (localId: EventId) => EventId | undefined;
  readonly watchPending: (callback: () => void) => Subscription;
  /** Calls back when keys have come. */
  readonly watchKeys: (callback: () => void) => Subscription;
}

/** What one timeline shows. */
export interface TimelineKind {
  source(pages: PageParts): SourceParts;
  /** Fills the timeline when it is opened. */
  open(source: TimelineSource, pages: PageParts, parts: TimelineParts): Promise<void>;
  /** Whether an event has an item of its own, if it is one that is shown at all. */
  shows(event: ClientEventWithoutRoomId): boolean;
  /** Whether a change of the room asks for the timeline to be filled anew. */
  isOutdated?(parts: TimelineParts): boolean;
}
