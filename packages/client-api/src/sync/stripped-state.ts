import { independent, model, type Model, obj } from "@patrix/api";
import { StrippedStateEvent } from "@patrix/events";
import * as z from "zod/mini";

/** What may be known of a room from outside. */
export interface StrippedState {
  events?: StrippedStateEvent[] | undefined;
}

/** Checks a {@link StrippedState}. */
export const StrippedState: Model<StrippedState> = /* @__PURE__ */ model(() =>
  obj<StrippedState>({ events: z.optional(independent(z.array(StrippedStateEvent.schema))) }),
);
