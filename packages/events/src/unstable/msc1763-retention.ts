import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { emptyStateKey, type EventDefinition, stateEvent } from "../registry/define.ts";

/**
 * Content of `m.room.retention`: how long messages of a room are kept, in milliseconds
 * ([MSC1763](https://github.com/matrix-org/matrix-spec-proposals/pull/1763)).
 */
export interface RetentionContent {
  /** For how long servers keep them at least. */
  min_lifetime?: number | undefined;
  /** After which servers forget them; at least `min_lifetime`. */
  max_lifetime?: number | undefined;
}
/** Checks the content of `m.room.retention`. */
export const RetentionContent: Model<RetentionContent> = /* @__PURE__ */ model(() =>
  obj<RetentionContent>({
    min_lifetime: z.optional(z.int()),
    max_lifetime: z.optional(z.int()),
  }),
);

declare module "../registry/define.ts" {
  interface StateEventMap {
    "m.room.retention": RetentionContent;
  }
  interface StateKeyMap {
    "m.room.retention": "";
  }
}

/** Defines `m.room.retention`. */
export const retention: EventDefinition<"state", "m.room.retention", RetentionContent> = /* @__PURE__ */ stateEvent(
  "m.room.retention",
  RetentionContent,
  emptyStateKey,
);
