import { lenient, type Model, model, obj } from "@patrix/api";
import { EventId, RoomId, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { emptyStateKey, type EventDefinition, stateEvent } from "../registry/define.ts";

/**
 * The room that an upgraded room replaces.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#room-upgrades}
 */
export interface PreviousRoom {
  room_id: RoomId;
  /** The last known event of the old room. Deprecated; do not rely on it. */
  event_id?: EventId | undefined;
}
/** Checks {@link PreviousRoom}. */
export const PreviousRoom: Model<PreviousRoom> = /* @__PURE__ */ model(() =>
  obj<PreviousRoom>({ room_id: RoomId, event_id: z.optional(EventId) }),
);

/**
 * Content of `m.room.create`: the first event of a room.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroomcreate}
 */
export interface RoomCreateContent {
  /** The user who created the room, up to room version 10; later the sender of the event is. */
  creator?: UserId | undefined;
  /** Whether users of other servers may join. Default: `true`. */
  "m.federate"?: boolean | undefined;
  /** Default: `1`. */
  room_version?: string | undefined;
  /** What the room is for, as `m.space`; absent for rooms in which people talk. */
  type?: string | undefined;
  predecessor?: PreviousRoom | undefined;
  /** Further users with the power of a creator, from room version 12 on. */
  additional_creators?: UserId[] | undefined;
}
/** Checks the content of `m.room.create`. */
export const RoomCreateContent: Model<RoomCreateContent> = /* @__PURE__ */ model(() =>
  obj<RoomCreateContent>({
    creator: z.optional(UserId),
    "m.federate": z.optional(z.boolean()),
    room_version: z.optional(z.string()),
    type: z.optional(z.string()),
    predecessor: lenient(z.optional(PreviousRoom.schema), "lax-room-create-deser", () => "remove"),
    additional_creators: z.optional(z.array(UserId)),
  }),
);

declare module "../registry/define.ts" {
  interface StateEventMap {
    "m.room.create": RoomCreateContent;
  }
  interface StateKeyMap {
    "m.room.create": "";
  }
}

/** Defines `m.room.create`. */
export const roomCreate: EventDefinition<"state", "m.room.create", RoomCreateContent> = /* @__PURE__ */ stateEvent(
  "m.room.create",
  RoomCreateContent,
  emptyStateKey,
);
