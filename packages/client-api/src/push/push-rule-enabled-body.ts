import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** Body that tells whether a push rule is on. */
export interface PushRuleEnabledBody {
  enabled: boolean;
}

/** Checks a {@link PushRuleEnabledBody}. */
export const PushRuleEnabledBody: Model<PushRuleEnabledBody> = /* @__PURE__ */ model(() =>
  obj<PushRuleEnabledBody>({ enabled: z.boolean() }),
);
