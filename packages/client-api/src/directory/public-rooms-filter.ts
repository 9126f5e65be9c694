import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** Which public rooms are asked for. */
export interface PublicRoomsFilter {
  /** Text to find in name, topic or alias. */
  generic_search_term?: string | undefined;
  /** Wanted types; `null` stands for rooms without one. All if absent. */
  room_types?: (string | null)[] | undefined;
}

/** Checks a {@link PublicRoomsFilter}. */
export const PublicRoomsFilter: Model<PublicRoomsFilter> = /* @__PURE__ */ model(() =>
  obj<PublicRoomsFilter>({ generic_search_term: z.optional(z.string()), room_types: z.optional(z.array(z.nullable(z.string()))) }),
);
