import { independent, model, type Model, obj } from "@patrix/api";
import { ClientEvent } from "@patrix/events";
import * as z from "zod/mini";

/** A stretch of the old event stream. */
export interface EventsChunk {
  /** Token of the start. */
  start?: string | undefined;
  /** Token of the end; where to go on. */
  end?: string | undefined;
  /** The oldest first. */
  chunk?: ClientEvent[] | undefined;
}

/** Checks a {@link EventsChunk}. */
export const EventsChunk: Model<EventsChunk> = /* @__PURE__ */ model(() =>
  obj<EventsChunk>({
    start: z.optional(z.string()),
    end: z.optional(z.string()),
    chunk: z.optional(independent(z.array(ClientEvent.schema))),
  }),
);
