import { compileRuleset, type PushEvaluation, type PushExplanation } from "./compile-ruleset.ts";
import type { PushContext, PushEvent } from "./push-context.ts";
import type { Ruleset } from "./ruleset.ts";

/**
 * Finds the first rule that matches an event; `undefined` when none does, or when the rules' owner sent it.
 *
 * For many events prepare the rules with {@link compileRuleset}.
 *
 * @example
 * evaluatePushRules(predefinedRules("@me:example.org"), event, { userId: "@me:example.org", memberCount: 2 })?.notify;
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#push-rules}
 */
export function evaluatePushRules(ruleset: Ruleset, event: PushEvent, context: PushContext): PushEvaluation | undefined {
  return compileRuleset(ruleset).evaluate(event, context);
}

/** Like {@link evaluatePushRules}, and says of every rule before the one that matched why it did not. */
export function explainPushRules(ruleset: Ruleset, event: PushEvent, context: PushContext): PushExplanation {
  return compileRuleset(ruleset).explain(event, context);
}
