import { requireSent } from "../events/local-event-id.ts";
import type { Subscription } from "../live/subscription.ts";
import type { Outbox } from "../outbox/outbox.ts";
import { makeUncheckedEvent } from "../rooms/event-factory.ts";
import type { Room } from "../rooms/room.ts";
import type { RoomContext } from "../rooms/room-context.ts";
import { timelineWork } from "./load-timeline-work.ts";
import type { TimelineFeed } from "./timeline-feed.ts";
import type { TimelineParts } from "./timeline-parts.ts";
import { PollShell } from "./poll-shell.ts";
import { ThreadListShell, TimelineShell } from "./timeline-shell.ts";

/** What {@link createTimelines} is made of. */
export interface TimelinesParts {
  readonly context: () => RoomContext;
  readonly feed: TimelineFeed;
  readonly outbox: Pick<Outbox, "pendingIn" | "sentAs" | "watch">;
  readonly watchKeys: (callback: () => void) => Subscription;
}

/** Makes what opens timelines, lists of threads, and polls. */
export function createTimelines({
  context,
  feed,
  outbox,
  watchKeys,
}: TimelinesParts): Pick<RoomContext, "openTimeline" | "openThreads" | "openPoll"> {
  const partsOf = (room: Room): TimelineParts => ({
    context: context(),
    makeEvent: (event, sender) => makeUncheckedEvent(event, room, context(), sender),
    watch: (watcher) => feed.watch(room.id, watcher),
    load: () => feed.load(room.id),
    replace: (event) => feed.replace(room.id, event),
    pending: () => outbox.pendingIn(room.id),
    sentAs: (localId) => outbox.sentAs(localId),
    watchPending: (callback) => outbox.watch(room.id, callback),
    watchKeys,
  });
  return {
    openTimeline: (room: Room, options = {}) =>
      new TimelineShell(async (shell, signal) => {
        const { openTimeline } = await timelineWork();
        return openTimeline({ room, feed, options, shell, signal, parts: partsOf(room) });
      }, options.signal),
    openThreads: (room: Room, options = {}) =>
      new ThreadListShell(async (shell, signal) => {
        const { ThreadListWork } = await timelineWork();
        return new ThreadListWork({ room, list: shell, signal, parts: partsOf(room) });
      }, options.signal),
    openPoll: (room: Room, asked, options = {}) => {
      const id = outbox.sentAs(asked) ?? asked;
      requireSent(id);
      return new PollShell({
        id,
        begin: async ({ results }, signal) => {
          const { openPoll } = await timelineWork();
          return openPoll({ id, room, results, signal, parts: partsOf(room) });
        },
        enqueue: (request) => context().enqueue({ roomId: room.id, ...request }),
        signal: options.signal,
      });
    },
  };
}
