import type { PushCondition, PushRule, Ruleset } from "@patrix/push-rules";

/** The kinds of rules that can be about one room, by which clients mute it or notify of everything in it. */
const kinds = ["override", "room", "underride"] as const;

/**
 * Carries the rules of a room over to the one that replaces it, each right before the one that it is made from. A room that has such a
 * rule already keeps it.
 *
 * @returns The same ruleset where there is nothing to carry.
 */
export function inheritRoomRules(ruleset: Ruleset, from: string, to: string): Ruleset {
  const changed = kinds.flatMap((kind) => {
    const rules = ruleset[kind] ?? [];
    const at = rules.findIndex(({ rule_id: id }) => id === from);
    const rule = rules[at];
    if (!rule || rules.some(({ rule_id: id }) => id === to)) return [];
    return [[kind, rules.toSpliced(at, 0, ruleFor(rule, from, to))] as const];
  });
  return changed.length === 0 ? ruleset : { ...ruleset, ...Object.fromEntries(changed) };
}

function ruleFor(rule: PushRule, from: string, to: string): PushRule {
  const conditions = rule.conditions?.map((condition) => conditionFor(condition, from, to));
  return { ...rule, rule_id: to, ...(conditions && { conditions }) };
}

function conditionFor(condition: PushCondition, from: string, to: string): PushCondition {
  const { kind, key, pattern }: { readonly kind: string; readonly key?: unknown; readonly pattern?: unknown } = condition;
  const isOfRoom = kind === "event_match" && key === "room_id" && pattern === from;
  return isOfRoom ? { ...condition, pattern: to } : condition;
}
