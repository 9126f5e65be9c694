import { independent, model, type Model, obj } from "@patrix/api";
import { BasicEvent } from "@patrix/events";
import * as z from "zod/mini";

/** Events of which only type and content are known. */
export interface BasicEvents {
  events?: BasicEvent[] | undefined;
}

/** Checks a {@link BasicEvents}. */
export const BasicEvents: Model<BasicEvents> = /* @__PURE__ */ model(() =>
  obj<BasicEvents>({ events: z.optional(independent(z.array(BasicEvent.schema))) }),
);
