import { model, type Model, obj, type OpenEnum, openEnum } from "@patrix/api";
import * as z from "zod/mini";

/**
 * Content of `m.policy.rule.room`, `m.policy.rule.server` and `m.policy.rule.user`: advice on whom to keep out.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#moderation-policy-lists}
 */
export interface PolicyRuleContent {
  /** Glob of what the rule is about. */
  entity: string;
  /** What to do; `m.ban` is the only one that is specified. */
  recommendation: OpenEnum<"m.ban">;
  /** Why, for people. */
  reason: string;
}
/** Checks the content of `m.policy.rule.room`. */
export const PolicyRuleContent: Model<PolicyRuleContent> = /* @__PURE__ */ model(() =>
  obj<PolicyRuleContent>({ entity: z.string(), recommendation: openEnum(["m.ban"]), reason: z.string() }),
);
