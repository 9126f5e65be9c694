import { type Model, model, obj } from "@patrix/api";
import { RoomId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { type EventFilter, eventFilterShape } from "./event-filter.ts";

/** Which events of rooms the user wants to see. */
export interface RoomEventFilter extends EventFilter {
  /** Whether to count notifications by thread. Default: `false`. */
  unread_thread_notifications?: boolean | undefined;
  /** Whether to leave out membership events that nobody in the timeline needs. Default: `false`. */
  lazy_load_members?: boolean | undefined;
  /** Whether to send membership events again that the client has. Default: `false`. */
  include_redundant_members?: boolean | undefined;
  /** Wins over `rooms`. */
  not_rooms?: RoomId[] | undefined;
  /** All if absent. */
  rooms?: RoomId[] | undefined;
  /** `true` for events with a URL only, `false` for those without, absent for all. */
  contains_url?: boolean | undefined;
}

/** Checks a {@link RoomEventFilter}. */
export const RoomEventFilter: Model<RoomEventFilter> = /* @__PURE__ */ model(() =>
  obj<RoomEventFilter>({
    ...eventFilterShape(),
    unread_thread_notifications: z.optional(z.boolean()),
    lazy_load_members: z.optional(z.boolean()),
    include_redundant_members: z.optional(z.boolean()),
    not_rooms: z.optional(z.array(RoomId)),
    rooms: z.optional(z.array(RoomId)),
    contains_url: z.optional(z.boolean()),
  }),
);
