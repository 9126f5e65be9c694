import type { Action } from "./action.ts";
import { PushRulesError } from "./errors.ts";
import type { PushCondition } from "./push-condition.ts";
import type { PushRule, RuleKind, Ruleset } from "./ruleset.ts";

/** A rule as a client sets it. */
export interface NewPushRule {
  readonly rule_id: string;
  readonly actions: readonly Action[];
  /** For override and underride rules; left out of the others. */
  readonly conditions?: readonly PushCondition[] | undefined;
  /** For content rules, which need it; left out of the others. */
  readonly pattern?: string | undefined;
}

/** Where a rule goes, relative to another user-defined rule of its kind. With both, `before` decides. */
export interface RulePosition {
  /** The rule becomes the next more important one than the rule with this ID. */
  readonly before?: string | undefined;
  /** The rule becomes the next less important one than the rule with this ID. */
  readonly after?: string | undefined;
}

/** The rule of a kind with an ID, or `undefined`. */
export function getRule(ruleset: Ruleset, kind: RuleKind, ruleId: string): PushRule | undefined {
  return ruleset[kind]?.find((rule) => rule.rule_id === ruleId);
}

/**
 * Adds a user-defined rule, or changes the one with its ID, and returns the new ruleset.
 *
 * Without a position a new rule becomes the most important user-defined one of its kind, and a changed one stays where it is.
 * New rules are enabled; changed ones stay as they were.
 *
 * @throws {PushRulesError} `DEFAULT_RULE`, `INVALID_RULE_ID`, `MISSING_PATTERN`, `RELATIVE_RULE_NOT_FOUND`, `RELATIVE_TO_DEFAULT_RULE`.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3pushrulesglobalkindruleid}
 */
export function insertRule(ruleset: Ruleset, kind: RuleKind, rule: NewPushRule, position: RulePosition = {}): Ruleset {
  checkRuleId(kind, rule.rule_id);
  const known = getRule(ruleset, kind, rule.rule_id);
  const added: PushRule = { rule_id: rule.rule_id, default: false, enabled: known?.enabled ?? true, actions: [...rule.actions] };
  if (kind === "override" || kind === "underride") added.conditions = [...(rule.conditions ?? [])];
  if (kind === "content") {
    if (rule.pattern === undefined) throw new PushRulesError("MISSING_PATTERN", `content rule ${rule.rule_id}: pattern is missing`);
    added.pattern = rule.pattern;
  }
  const rules = ruleset[kind] ?? [];
  if (known !== undefined && position.before === undefined && position.after === undefined) {
    return { ...ruleset, [kind]: rules.map((other) => (other === known ? added : other)) };
  }
  return place(ruleset, kind, added, position);
}

/**
 * Moves a user-defined rule and returns the new ruleset; without a position it becomes the most important one of its kind.
 *
 * @throws {PushRulesError} `DEFAULT_RULE`, `RULE_NOT_FOUND`, `RELATIVE_RULE_NOT_FOUND`, `RELATIVE_TO_DEFAULT_RULE`.
 */
export function moveRule(ruleset: Ruleset, kind: RuleKind, ruleId: string, position: RulePosition): Ruleset {
  checkUserDefined(ruleId);
  return place(ruleset, kind, requireRule(ruleset, kind, ruleId), position);
}

/**
 * Enables or disables a rule, server-default or not, and returns the new ruleset.
 *
 * @throws {PushRulesError} `RULE_NOT_FOUND`.
 */
export function setRuleEnabled(ruleset: Ruleset, kind: RuleKind, ruleId: string, enabled: boolean): Ruleset {
  return replace(ruleset, kind, requireRule(ruleset, kind, ruleId), { enabled });
}

/**
 * Sets the actions of a rule, server-default or not, and returns the new ruleset.
 *
 * @throws {PushRulesError} `RULE_NOT_FOUND`.
 */
export function setRuleActions(ruleset: Ruleset, kind: RuleKind, ruleId: string, actions: readonly Action[]): Ruleset {
  return replace(ruleset, kind, requireRule(ruleset, kind, ruleId), { actions: [...actions] });
}

/**
 * Removes a user-defined rule and returns the new ruleset.
 *
 * @throws {PushRulesError} `DEFAULT_RULE`, `RULE_NOT_FOUND`.
 */
export function removeRule(ruleset: Ruleset, kind: RuleKind, ruleId: string): Ruleset {
  const removed = requireRule(ruleset, kind, ruleId);
  checkUserDefined(ruleId);
  return { ...ruleset, [kind]: ruleset[kind]?.filter((rule) => rule !== removed) };
}

function replace(ruleset: Ruleset, kind: RuleKind, rule: PushRule, changes: Partial<PushRule>): Ruleset {
  return { ...ruleset, [kind]: ruleset[kind]?.map((other) => (other === rule ? { ...rule, ...changes } : other)) };
}

function place(ruleset: Ruleset, kind: RuleKind, rule: PushRule, position: RulePosition): Ruleset {
  const others = (ruleset[kind] ?? []).filter((other) => other.rule_id !== rule.rule_id);
  return { ...ruleset, [kind]: others.toSpliced(indexFor(others, position), 0, rule) };
}

function indexFor(others: readonly PushRule[], { before, after }: RulePosition): number {
  // Both are checked, even though `before` alone decides.
  const afterIndex = after === undefined ? undefined : indexOfRelative(others, "after", after) + 1;
  if (before !== undefined) return indexOfRelative(others, "before", before);
  if (afterIndex !== undefined) return afterIndex;
  return others[0]?.rule_id === ".m.rule.master" ? 1 : 0;
}

function indexOfRelative(others: readonly PushRule[], name: keyof RulePosition, ruleId: string): number {
  const index = others.findIndex((rule) => rule.rule_id === ruleId);
  if (ruleId.startsWith(".") || others[index]?.default === true) {
    throw new PushRulesError("RELATIVE_TO_DEFAULT_RULE", `${name}: ${ruleId} is a server-default rule`);
  }
  if (index === -1) throw new PushRulesError("RELATIVE_RULE_NOT_FOUND", `${name}: there is no rule ${ruleId} to place the rule by`);
  return index;
}

function requireRule(ruleset: Ruleset, kind: RuleKind, ruleId: string): PushRule {
  const rule = getRule(ruleset, kind, ruleId);
  if (rule === undefined) throw new PushRulesError("RULE_NOT_FOUND", `there is no ${kind} rule ${ruleId}`);
  return rule;
}

function checkUserDefined(ruleId: string): void {
  if (ruleId.startsWith(".")) throw new PushRulesError("DEFAULT_RULE", `rule_id ${ruleId}: a leading dot is for server-default rules`);
}

function checkRuleId(kind: RuleKind, ruleId: string): void {
  checkUserDefined(ruleId);
  if (ruleId === "" || /[/\\]/.test(ruleId)) {
    throw new PushRulesError("INVALID_RULE_ID", "rule_id: it is empty or has a slash or backslash");
  }
  if (kind === "sender" && !ruleId.startsWith("@")) {
    throw new PushRulesError("INVALID_RULE_ID", "rule_id: a sender rule needs the ID of a user, which starts with @");
  }
}
