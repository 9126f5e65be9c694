import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/**
 * Field that [MSC4140](https://github.com/matrix-org/matrix-spec-proposals/pull/4140) adds to `unsigned`, for the sender
 * only.
 */
export interface DelayedEventUnsigned {
  /** The delayed event that became this one. */
  "org.matrix.msc4140.delay_id"?: string | undefined;
}
/** Checks {@link DelayedEventUnsigned}. */
export const DelayedEventUnsigned: Model<DelayedEventUnsigned> = /* @__PURE__ */ model(() =>
  obj<DelayedEventUnsigned>({ "org.matrix.msc4140.delay_id": z.optional(z.string()) }),
);
