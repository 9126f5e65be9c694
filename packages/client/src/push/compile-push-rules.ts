import { type CompiledRuleset, compileRuleset, mergePredefinedRules, Ruleset } from "@patrix/push-rules";
import type { UserId } from "@patrix/identifiers";

/** Makes the push rules of a user ready, as their account data has them; the predefined ones, as far as it has none. */
export function compilePushRules(content: unknown, userId: UserId): CompiledRuleset {
  const stored = Ruleset.safeParse(content ?? {});
  return compileRuleset(mergePredefinedRules(stored.ok ? stored.value : {}, userId));
}
