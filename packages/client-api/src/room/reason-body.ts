import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** Body that may give a reason. */
export interface ReasonBody {
  /** A text for people. */
  reason?: string | undefined;
}

/** Checks a {@link ReasonBody}. */
export const ReasonBody: Model<ReasonBody> = /* @__PURE__ */ model(() => obj<ReasonBody>({ reason: z.optional(z.string()) }));
