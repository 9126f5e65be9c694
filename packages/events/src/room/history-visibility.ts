import { model, type Model, obj, type OpenEnum, openEnum } from "@patrix/api";
import { emptyStateKey, type EventDefinition, stateEvent } from "../registry/define.ts";

/**
 * Content of `m.room.history_visibility`: who sees the events of the room, and from when on.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroomhistory_visibility}
 */
export interface RoomHistoryVisibilityContent {
  /** Without the event: `shared`. */
  history_visibility: OpenEnum<"invited" | "joined" | "shared" | "world_readable">;
}
/** Checks the content of `m.room.history_visibility`. */
export const RoomHistoryVisibilityContent: Model<RoomHistoryVisibilityContent> = /* @__PURE__ */ model(() =>
  obj<RoomHistoryVisibilityContent>({ history_visibility: openEnum(["invited", "joined", "shared", "world_readable"]) }),
);

declare module "../registry/define.ts" {
  interface StateEventMap {
    "m.room.history_visibility": RoomHistoryVisibilityContent;
  }
  interface StateKeyMap {
    "m.room.history_visibility": "";
  }
}

/** Defines `m.room.history_visibility`. */
export const roomHistoryVisibility: EventDefinition<"state", "m.room.history_visibility", RoomHistoryVisibilityContent> =
  /* @__PURE__ */ stateEvent("m.room.history_visibility", RoomHistoryVisibilityContent, emptyStateKey);
