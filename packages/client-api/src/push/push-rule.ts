import { type JsonObject, jsonObject, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { PushCondition } from "./push-condition.ts";

/** A push rule. */
export interface PushRule {
  /** What to do with a matching event. */
  actions: (string | JsonObject)[];
  /** Whether the server made the rule. */
  default: boolean;
  enabled: boolean;
  /** The ID of the rule; for room rules a room ID, for sender rules a user ID. */
  rule_id: string;
  /** All must match; for override and underride rules. */
  conditions?: PushCondition[] | undefined;
  /** Glob that the body must match; for content rules. */
  pattern?: string | undefined;
}

/** Checks a {@link PushRule}. */
export const PushRule: Model<PushRule> = /* @__PURE__ */ model(() =>
  obj<PushRule>({
    actions: z.array(z.union([z.string(), jsonObject()])),
    default: z.boolean(),
    enabled: z.boolean(),
    rule_id: z.string(),
    conditions: z.optional(z.array(PushCondition.schema)),
    pattern: z.optional(z.string()),
  }),
);
