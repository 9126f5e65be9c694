import type { Core } from "../../log/core.ts";
import type { ReadFacts } from "../../log/log-reader.ts";
import { timelineFacts } from "../../store/statements/events.ts";
import type { EventCache } from "./event-cache.ts";
import type { StoredEvent } from "./stored-event.ts";

/** The events that come into the timelines of rooms, for readers of the log. */
export function readTimelineFacts({ store }: Core, events: EventCache): ReadFacts<StoredEvent> {
  return async ({ shard, after, upTo, limit }) => {
    const found = await events.read(() => store.all(timelineFacts, after, upTo, shard, limit));
    return found.map((event) => ({ pos: event.nid, fact: event }));
  };
}
