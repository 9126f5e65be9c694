import { MarkedUnreadContent } from "../account-data/marked-unread.ts";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

declare module "../registry/define.ts" {
  interface RoomAccountDataEventMap {
    "com.famedly.marked_unread": MarkedUnreadContent;
  }
}

/**
 * Defines `com.famedly.marked_unread`, the name of `m.marked_unread` before it was specified
 * ([MSC2867](https://github.com/matrix-org/matrix-spec-proposals/pull/2867)).
 */
export const unstableMarkedUnread: EventDefinition<"room-account-data", "com.famedly.marked_unread", MarkedUnreadContent> =
  /* @__PURE__ */ defineEvent("room-account-data", "com.famedly.marked_unread", MarkedUnreadContent);
