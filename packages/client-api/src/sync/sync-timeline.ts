import { independent, model, type Model, obj } from "@patrix/api";
import { ClientEventWithoutRoomId } from "@patrix/events";
import * as z from "zod/mini";

/** The newest stretch of a room's history in a sync. */
export interface SyncTimeline {
  /** Whether events before these were left out. */
  limited?: boolean | undefined;
  /** Token for reading the history before `events`. */
  prev_batch?: string | undefined;
  /** Oldest first. */
  events: ClientEventWithoutRoomId[];
}

/** Checks a {@link SyncTimeline}. */
export const SyncTimeline: Model<SyncTimeline> = /* @__PURE__ */ model(() =>
  obj<SyncTimeline>({
    limited: z.optional(z.boolean()),
    prev_batch: z.optional(z.string()),
    events: independent(z.array(ClientEventWithoutRoomId.schema)),
  }),
);
