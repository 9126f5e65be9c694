import { type Model, model, obj, type Shape } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Which events the user wants to see. */
export interface EventFilter {
  /** Greatest number of events. */
  limit?: number | undefined;
  /** Wins over `senders`. */
  not_senders?: UserId[] | undefined;
  /** Wins over `types`; `*` stands for any text. */
  not_types?: string[] | undefined;
  /** All if absent. */
  senders?: UserId[] | undefined;
  /** All if absent; `*` stands for any text. */
  types?: string[] | undefined;
}

/** The schemas of a {@link EventFilter}, for types that extend it. */
export function eventFilterShape(): Shape<EventFilter> {
  return {
    limit: z.optional(z.int()),
    not_senders: z.optional(z.array(UserId)),
    not_types: z.optional(z.array(z.string())),
    senders: z.optional(z.array(UserId)),
    types: z.optional(z.array(z.string())),
  };
}

/** Checks a {@link EventFilter}. */
export const EventFilter: Model<EventFilter> = /* @__PURE__ */ model(() => obj<EventFilter>(eventFilterShape()));
