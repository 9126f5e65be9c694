import { type ActionSummary, summarizeActions } from "./action.ts";
import { type CompiledCondition, compileCondition, compileIdentity, type ConditionKind } from "./compile-condition.ts";
import { EventView } from "./event-view.ts";
import type { PushContext, PushEvent } from "./push-context.ts";
import { type PushRule, type RuleKind, ruleKinds, type Ruleset } from "./ruleset.ts";

/** The rule that matched an event, and what it asks for. */
export interface PushEvaluation extends ActionSummary {
  /** The matching rule's kind. */
  readonly kind: string;
  /** The matching rule. */
  readonly rule: PushRule;
}

/** Why a rule that was checked did not match. */
export type MismatchReason =
  | { readonly type: "disabled" }
  /** A content rule without a pattern. */
  | { readonly type: "malformed" }
  /** The first condition that did not hold, and the value that it met. */
  | { readonly type: "condition"; readonly condition: CompiledCondition["condition"]; readonly value: unknown };

/** A rule that did not match. */
export interface Mismatch {
  readonly kind: string;
  readonly rule: PushRule;
  readonly reason: MismatchReason;
}

/** What evaluating an event came to, rule by rule. */
export interface PushExplanation {
  /** The rule that matched, with its actions; `undefined` when none did. */
  readonly matched: PushEvaluation | undefined;
  /** Whether no rule was checked because the owner of the rules sent the event. */
  readonly ownEvent: boolean;
  /** The rules that were checked before the one that matched, in order. */
  readonly mismatches: readonly Mismatch[];
}

/** A ruleset made ready to evaluate many events. */
export interface CompiledRuleset {
  /** The first rule that matches an event; `undefined` when none does, which means no notification. */
  evaluate(event: PushEvent, context: PushContext): PushEvaluation | undefined;
  /** Like `evaluate`, and says of every rule before why it did not match. */
  explain(event: PushEvent, context: PushContext): PushExplanation;
}

/** Kinds of rules and conditions beyond the specification. */
export interface PushRulesExtension {
  /** A further kind of rule with conditions, checked right after another kind. */
  readonly ruleKind?: { readonly name: string; readonly after: RuleKind } | undefined;
  /** Further kinds of conditions by name. */
  readonly conditionKinds?: Readonly<Record<string, ConditionKind>> | undefined;
}

interface CompiledRule {
  readonly kind: string;
  readonly rule: PushRule;
  readonly conditions: readonly CompiledCondition[] | undefined;
  readonly evaluation: PushEvaluation;
}

/**
 * Prepares a ruleset: paths are split, globs compiled and actions summed up once for all events.
 *
 * Later changes to the ruleset object have no effect. Rules are checked in the order of their kinds, then in the order they are
 * stored in. Evaluation is synchronous and never throws, whatever the event holds.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#push-rules}
 */
export function compileRuleset(ruleset: Ruleset, extension: PushRulesExtension = {}): CompiledRuleset {
  const conditionKinds = new Map(Object.entries(extension.conditionKinds ?? {}));
  const rules = rulesInOrder(ruleset, extension).map(([kind, rule]) => compileRule(kind, rule, conditionKinds));
  const enabled = rules.filter(({ rule, conditions }) => rule.enabled && conditions !== undefined);
  return {
    evaluate(event, context) {
      const view = new EventView(event);
      if (view.sender === context.userId) return undefined;
      return enabled.find(({ conditions }) => conditions?.every((condition) => condition.holds(view, context)))?.evaluation;
    },
    explain(event, context) {
      const view = new EventView(event);
      const mismatches: Mismatch[] = [];
      if (view.sender === context.userId) return { matched: undefined, ownEvent: true, mismatches };
      for (const compiled of rules) {
        const reason = mismatch(compiled, view, context);
        if (reason === undefined) return { matched: compiled.evaluation, ownEvent: false, mismatches };
        mismatches.push({ kind: compiled.kind, rule: compiled.rule, reason });
      }
      return { matched: undefined, ownEvent: false, mismatches };
    },
  };
}

function rulesInOrder(ruleset: Ruleset, { ruleKind }: PushRulesExtension): [string, PushRule][] {
  const ordered: [string, PushRule][] = [];
  for (const kind of ruleKinds) {
    for (const rule of ruleset[kind] ?? []) ordered.push([kind, rule]);
    if (ruleKind?.after === kind) for (const rule of extraRules(ruleset, ruleKind.name)) ordered.push([ruleKind.name, rule]);
  }
  return ordered;
}

function extraRules(ruleset: Ruleset, kind: string): readonly PushRule[] {
  const rules: unknown = new Map<string, unknown>(Object.entries(ruleset)).get(kind);
  return Array.isArray(rules) ? rules : [];
}

function compileRule(kind: string, rule: PushRule, conditionKinds: ReadonlyMap<string, ConditionKind>): CompiledRule {
  const evaluation = { kind, rule, ...summarizeActions(rule.actions) };
  return { kind, rule, conditions: conditionsOf(kind, rule, conditionKinds), evaluation };
}

/** The conditions of a rule, whether it lists them or its kind implies them; `undefined` when it is malformed. */
function conditionsOf(
  kind: string,
  rule: PushRule,
  conditionKinds: ReadonlyMap<string, ConditionKind>,
): readonly CompiledCondition[] | undefined {
  if (kind === "room") return [compileIdentity("room_id", rule.rule_id)];
  if (kind === "sender") return [compileIdentity("sender", rule.rule_id)];
  if (kind !== "content") return (rule.conditions ?? []).map((condition) => compileCondition(condition, conditionKinds));
  if (rule.pattern === undefined) return undefined;
  return [compileCondition({ kind: "event_match", key: "content.body", pattern: rule.pattern }, conditionKinds)];
}

function mismatch({ rule, conditions }: CompiledRule, view: EventView, context: PushContext): MismatchReason | undefined {
  if (!rule.enabled) return { type: "disabled" };
  if (conditions === undefined) return { type: "malformed" };
  const failed = conditions.find((condition) => !condition.holds(view, context));
  return failed === undefined ? undefined : { type: "condition", condition: failed.condition, value: failed.value(view, context) };
}
