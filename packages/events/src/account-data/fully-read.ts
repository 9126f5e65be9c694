import { type Model, model, obj } from "@patrix/api";
import { EventId } from "@patrix/identifiers";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

/**
 * Content of `m.fully_read`: how far the user has read the room.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mfully_read}
 */
export interface FullyReadContent {
  event_id: EventId;
}
/** Checks the content of `m.fully_read`. */
export const FullyReadContent: Model<FullyReadContent> = /* @__PURE__ */ model(() => obj<FullyReadContent>({ event_id: EventId }));

declare module "../registry/define.ts" {
  interface RoomAccountDataEventMap {
    "m.fully_read": FullyReadContent;
  }
}

/** Defines `m.fully_read`. */
export const fullyRead: EventDefinition<"room-account-data", "m.fully_read", FullyReadContent> = /* @__PURE__ */ defineEvent(
  "room-account-data",
  "m.fully_read",
  FullyReadContent,
);
