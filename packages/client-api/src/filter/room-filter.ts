import { type Model, model, obj } from "@patrix/api";
import { RoomId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { RoomEventFilter } from "./room-event-filter.ts";

/** Which events of which rooms the user wants to see. */
export interface RoomFilter {
  /** Wins over `rooms`. */
  not_rooms?: RoomId[] | undefined;
  /** All if absent. */
  rooms?: RoomId[] | undefined;
  ephemeral?: RoomEventFilter | undefined;
  /** Whether to return rooms that the user has left. Default: `false`. */
  include_leave?: boolean | undefined;
  state?: RoomEventFilter | undefined;
  timeline?: RoomEventFilter | undefined;
  account_data?: RoomEventFilter | undefined;
}

/** Checks a {@link RoomFilter}. */
export const RoomFilter: Model<RoomFilter> = /* @__PURE__ */ model(() =>
  obj<RoomFilter>({
    not_rooms: z.optional(z.array(RoomId)),
    rooms: z.optional(z.array(RoomId)),
    ephemeral: z.optional(RoomEventFilter.schema),
    include_leave: z.optional(z.boolean()),
    state: z.optional(RoomEventFilter.schema),
    timeline: z.optional(RoomEventFilter.schema),
    account_data: z.optional(RoomEventFilter.schema),
  }),
);
