import { mergePredefinedRules, predefinedRules, type Ruleset } from "@patrix/push-rules";
import { addPollRules } from "@patrix/push-rules/unstable";

/** The rules that a user of this server has from the start: those of the specification, and those by which polls notify as messages do. */
export function serverRules(userId: string): Ruleset {
  return addPollRules(predefinedRules(userId));
}

/** Brings stored rules up to those that this server has. */
export function withServerRules(stored: Ruleset, userId: string): Ruleset {
  return addPollRules(mergePredefinedRules(stored, userId));
}
