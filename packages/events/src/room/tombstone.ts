import { lenient, type Model, model, obj, whenMissing } from "@patrix/api";
import { RoomId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { emptyStateKey, type EventDefinition, stateEvent } from "../registry/define.ts";

/**
 * Content of `m.room.tombstone`: the room has moved.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroomtombstone}
 */
export interface RoomTombstoneContent {
  /** What the server says about it. */
  body: string;
  replacement_room: RoomId;
}
/** Checks the content of `m.room.tombstone`. */
export const RoomTombstoneContent: Model<RoomTombstoneContent> = /* @__PURE__ */ model(() =>
  obj<RoomTombstoneContent>({ body: lenient(z.string(), "optional", whenMissing({ replacement: "" })), replacement_room: RoomId }),
);

declare module "../registry/define.ts" {
  interface StateEventMap {
    "m.room.tombstone": RoomTombstoneContent;
  }
  interface StateKeyMap {
    "m.room.tombstone": "";
  }
}

/** Defines `m.room.tombstone`. */
export const roomTombstone: EventDefinition<"state", "m.room.tombstone", RoomTombstoneContent> = /* @__PURE__ */ stateEvent(
  "m.room.tombstone",
  RoomTombstoneContent,
  emptyStateKey,
);
