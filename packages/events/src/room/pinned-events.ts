import { type Model, model, obj } from "@patrix/api";
import { EventId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { emptyStateKey, type EventDefinition, stateEvent } from "../registry/define.ts";

/**
 * Content of `m.room.pinned_events`: events to keep at hand, in order.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroompinned_events}
 */
export interface RoomPinnedEventsContent {
  pinned: EventId[];
}
/** Checks the content of `m.room.pinned_events`. */
export const RoomPinnedEventsContent: Model<RoomPinnedEventsContent> = /* @__PURE__ */ model(() =>
  obj<RoomPinnedEventsContent>({ pinned: z.array(EventId) }),
);

declare module "../registry/define.ts" {
  interface StateEventMap {
    "m.room.pinned_events": RoomPinnedEventsContent;
  }
  interface StateKeyMap {
    "m.room.pinned_events": "";
  }
}

/** Defines `m.room.pinned_events`. */
export const roomPinnedEvents: EventDefinition<"state", "m.room.pinned_events", RoomPinnedEventsContent> = /* @__PURE__ */ stateEvent(
  "m.room.pinned_events",
  RoomPinnedEventsContent,
  emptyStateKey,
);
