import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

/**
 * Content of `m.marked_unread`: the user wants to come back to the room.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mmarked_unread}
 */
export interface MarkedUnreadContent {
  unread: boolean;
}
/** Checks the content of `m.marked_unread`. */
export const MarkedUnreadContent: Model<MarkedUnreadContent> = /* @__PURE__ */ model(() =>
  obj<MarkedUnreadContent>({ unread: z.boolean() }),
);

declare module "../registry/define.ts" {
  interface RoomAccountDataEventMap {
    "m.marked_unread": MarkedUnreadContent;
  }
}

/** Defines `m.marked_unread`. */
export const markedUnread: EventDefinition<"room-account-data", "m.marked_unread", MarkedUnreadContent> = /* @__PURE__ */ defineEvent(
  "room-account-data",
  "m.marked_unread",
  MarkedUnreadContent,
);
