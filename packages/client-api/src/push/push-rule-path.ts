import { type Model, obj, paramsModel } from "@patrix/api";
import * as z from "zod/mini";
import { PushRuleKind } from "./push-rule-kind.ts";

/** Path variables of a push rule. */
export interface PushRulePath {
  kind: PushRuleKind;
  /** For room rules a room ID, for sender rules a user ID. */
  ruleId: string;
}

/** Checks a {@link PushRulePath}. */
export const PushRulePath: Model<PushRulePath> = /* @__PURE__ */ paramsModel(() =>
  obj<PushRulePath>({ kind: PushRuleKind, ruleId: z.string() }),
);
