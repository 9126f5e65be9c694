import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { Action } from "./action.ts";
import { PushCondition } from "./push-condition.ts";

/** A kind of push rule. */
export type RuleKind = "override" | "content" | "room" | "sender" | "underride";

/** The kinds of push rules in the order in which they are checked. */
export const ruleKinds: readonly RuleKind[] = ["override", "content", "room", "sender", "underride"];

/**
 * A rule that says for which events a user is notified, and how.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#push-rules}
 */
export interface PushRule {
  /** Unique within the kind; a leading dot marks a server-default rule. Room and sender rules have the room or user ID here. */
  rule_id: string;
  /** Whether the server defined the rule. */
  default: boolean;
  /** A disabled rule never matches. */
  enabled: boolean;
  actions: Action[];
  /** Override and underride rules only: all must hold; none means that the rule always matches. */
  conditions?: PushCondition[] | undefined;
  /** Content rules only: the glob to find in `content.body`. */
  pattern?: string | undefined;
}

/** The model of {@link PushRule}. */
export const PushRule: Model<PushRule> = /* @__PURE__ */ model(() =>
  obj<PushRule>({
    rule_id: z.string(),
    default: z.boolean(),
    enabled: z.boolean(),
    actions: z.array(Action.schema),
    conditions: z.optional(z.array(PushCondition.schema)),
    pattern: z.optional(z.string()),
  }),
);

/** A user's push rules by kind, each list in order of importance; the `global` member of `m.push_rules`. */
export interface Ruleset {
  override?: PushRule[] | undefined;
  content?: PushRule[] | undefined;
  room?: PushRule[] | undefined;
  sender?: PushRule[] | undefined;
  underride?: PushRule[] | undefined;
}

/** The model of {@link Ruleset}. */
export const Ruleset: Model<Ruleset> = /* @__PURE__ */ model(() => {
  const rules = z.optional(z.array(PushRule.schema));
  return obj<Ruleset>({ override: rules, content: rules, room: rules, sender: rules, underride: rules });
});
