import type { RoomVersionRules } from "@patrix/room-versions";
import type { AuthCheck } from "./auth-check.ts";
import type { Allowed, AuthOutcome } from "./auth-outcome.ts";
import type { AuthRule } from "./auth-rule.ts";
import { authEventsRules, roomIdRule } from "./rules/auth-events.ts";
import { createRules } from "./rules/create.ts";
import { memberRules } from "./rules/member.ts";
import {
  aliasesRules,
  federateRule,
  otherUsersStateKeyRule,
  redactionRules,
  requiredPowerLevelRule,
  senderNotJoinedRule,
  thirdPartyInviteRules,
} from "./rules/other-events.ts";
import { powerLevelsRules } from "./rules/power-levels.ts";

/** Rules that do not depend on the room state, in order. */
const stateIndependent: readonly AuthRule[] = [createRules, roomIdRule, authEventsRules];

/** Rules that do, in order. */
const stateDependent: readonly AuthRule[] = [
  federateRule,
  aliasesRules,
  memberRules,
  senderNotJoinedRule,
  thirdPartyInviteRules,
  requiredPowerLevelRule,
  otherUsersStateKeyRule,
  powerLevelsRules,
  redactionRules,
  { id: "otherwise_allow", effect: "allow" },
];

/** @internal A rule as it stands in one room version. */
export interface NumberedRule {
  readonly rule: AuthRule;
  /** Number by position, such as `5.3.1`. */
  readonly number: string;
  readonly children: readonly NumberedRule[];
  readonly isDisabled: boolean;
  /** What an event gets that the rule allows; one object for all. */
  readonly allowed: Allowed;
  /** Room version and number, such as `v12:5.3.1`. */
  readonly label: string;
}

/** @internal The authorization rules of one room version. */
export interface RuleBook {
  readonly stateIndependent: readonly NumberedRule[];
  readonly stateDependent: readonly NumberedRule[];
  readonly byId: ReadonlyMap<string, NumberedRule>;
}

/** @internal Collects and numbers the rules of a room version; rules named in `disabled` decide nothing, which is how tests prove each one. */
export function buildRuleBook(rules: RoomVersionRules, disabled: ReadonlySet<string> = new Set()): RuleBook {
  const byId = new Map<string, NumberedRule>();
  const numberAll = (list: readonly AuthRule[], prefix: string, from = 0): NumberedRule[] =>
    list
      .filter((rule) => rule.in?.(rules) ?? true)
      .map((rule, index) => {
        const number = `${prefix}${index + 1 + from}`;
        const label = `v${rules.id}:${number}`;
        const numbered: NumberedRule = {
          rule,
          number,
          label,
          children: numberAll(rule.children ?? [], `${number}.`),
          isDisabled: disabled.has(rule.id),
          allowed: Object.freeze({ outcome: "allowed", rule: label, ruleId: rule.id }),
        };
        byId.set(rule.id, numbered);
        return numbered;
      });
  const first = numberAll(stateIndependent, "");
  return { stateIndependent: first, stateDependent: numberAll(stateDependent, "", first.length), byId };
}

const books: WeakMap<RoomVersionRules, RuleBook> = new WeakMap();

/** @internal The rules of a room version, built once. */
export function ruleBookOf(rules: RoomVersionRules): RuleBook {
  let book = books.get(rules);
  if (book === undefined) books.set(rules, (book = buildRuleBook(rules)));
  return book;
}

/** @internal Asks rules in order until one decides; `undefined` if none does. */
export function decide(list: readonly NumberedRule[], check: AuthCheck): AuthOutcome | undefined {
  for (const numbered of list) {
    const { rule } = numbered;
    if (numbered.isDisabled || rule.when?.(check) === false) continue;
    const outcome = outcomeOf(numbered, check);
    if (outcome !== undefined) return outcome;
  }
  return undefined;
}

function outcomeOf(numbered: NumberedRule, check: AuthCheck): AuthOutcome | undefined {
  const { rule, children, allowed } = numbered;
  switch (rule.effect) {
    case "group":
      return decide(children, check);
    case "reject":
      return reject(numbered, check.event.event_id);
    case "allow":
      return children.length === 0 || children.some((detail) => holds(detail, check)) ? allowed : undefined;
    case "allow-iff":
      return rule.iff?.(check) === true ? allowed : reject(numbered, check.event.event_id);
    default:
      return undefined;
  }
}

function holds({ isDisabled, rule }: NumberedRule, check: AuthCheck): boolean {
  return !isDisabled && rule.when?.(check) === true;
}

/** @internal What an event gets that a rule rejects. */
export function reject({ label, rule }: NumberedRule, eventId: string): AuthOutcome {
  return { outcome: "rejected", rule: label, ruleId: rule.id, reason: rule.reason ?? "", eventId };
}
