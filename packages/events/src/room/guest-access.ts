import { model, type Model, obj, type OpenEnum, openEnum } from "@patrix/api";
import { emptyStateKey, type EventDefinition, stateEvent } from "../registry/define.ts";

/**
 * Content of `m.room.guest_access`: whether guests may join.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroomguest_access}
 */
export interface RoomGuestAccessContent {
  /** Without the event: `forbidden`. */
  guest_access: OpenEnum<"can_join" | "forbidden">;
}
/** Checks the content of `m.room.guest_access`. */
export const RoomGuestAccessContent: Model<RoomGuestAccessContent> = /* @__PURE__ */ model(() =>
  obj<RoomGuestAccessContent>({ guest_access: openEnum(["can_join", "forbidden"]) }),
);

declare module "../registry/define.ts" {
  interface StateEventMap {
    "m.room.guest_access": RoomGuestAccessContent;
  }
  interface StateKeyMap {
    "m.room.guest_access": "";
  }
}

/** Defines `m.room.guest_access`. */
export const roomGuestAccess: EventDefinition<"state", "m.room.guest_access", RoomGuestAccessContent> = /* @__PURE__ */ stateEvent(
  "m.room.guest_access",
  RoomGuestAccessContent,
  emptyStateKey,
);
