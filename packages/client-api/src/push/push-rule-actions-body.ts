import { type Model, model, obj } from "@patrix/api";
import { Action } from "@patrix/push-rules";
import * as z from "zod/mini";

/** Body that lists what a push rule does. */
export interface PushRuleActionsBody {
  /** What the rule does. */
  actions: Action[];
}

/** Checks a {@link PushRuleActionsBody}. */
export const PushRuleActionsBody: Model<PushRuleActionsBody> = /* @__PURE__ */ model(() =>
  obj<PushRuleActionsBody>({ actions: z.array(Action.schema) }),
);
