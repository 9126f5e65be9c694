import { type Model, model, obj, type OpenEnum, openEnum } from "@patrix/api";
import * as z from "zod/mini";
import { EventFilter } from "./event-filter.ts";
import { RoomFilter } from "./room-filter.ts";

/** Which events, in which form, the user wants to see. */
export interface FilterDefinition {
  /** Paths of members to return, with `.` between names; all if absent. */
  event_fields?: string[] | undefined;
  /** Default: `client`. */
  event_format?: OpenEnum<"client" | "federation"> | undefined;
  presence?: EventFilter | undefined;
  account_data?: EventFilter | undefined;
  room?: RoomFilter | undefined;
}

/** Checks a {@link FilterDefinition}. */
export const FilterDefinition: Model<FilterDefinition> = /* @__PURE__ */ model(() =>
  obj<FilterDefinition>({
    event_fields: z.optional(z.array(z.string())),
    event_format: z.optional(openEnum(["client", "federation"])),
    presence: z.optional(EventFilter.schema),
    account_data: z.optional(EventFilter.schema),
    room: z.optional(RoomFilter.schema),
  }),
);
