import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** How many unread events of a room or thread notified the user. */
export interface UnreadNotificationCounts {
  /** How many of them were highlighted. */
  highlight_count?: number | undefined;
  notification_count?: number | undefined;
}

/** Checks a {@link UnreadNotificationCounts}. */
export const UnreadNotificationCounts: Model<UnreadNotificationCounts> = /* @__PURE__ */ model(() =>
  obj<UnreadNotificationCounts>({ highlight_count: z.optional(z.int()), notification_count: z.optional(z.int()) }),
);
