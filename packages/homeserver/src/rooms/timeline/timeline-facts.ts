import type { ReadFacts } from "../../log/log-reader.ts";
import { timelineFacts } from "../../store/statements/events.ts";
import type { Rooms } from "../rooms.ts";
import type { StoredEvent } from "./stored-event.ts";

/** The events that come into the timelines of rooms, for readers of the log. */
export function readTimelineFacts({ core, events, recent }: Pick<Rooms, "core" | "events" | "recent">): ReadFacts<StoredEvent> {
  return async (stretch) => {
    const atHand = recent.in(stretch);
    if (atHand) return atHand;
    const { shard, after, upTo, limit } = stretch;
    const found = await events.read(() => core.store.all(timelineFacts, after, upTo, shard, limit));
    return found.map((event) => ({ pos: event.nid, fact: event }));
  };
}
