import { matrixError } from "@patrix/api";
import {
  deletePushRule,
  getPushRule,
  getPushRuleActions,
  getPushRules,
  getPushRulesGlobal,
  isPushRuleEnabled,
  setPushRule,
  setPushRuleActions,
  setPushRuleEnabled,
} from "@patrix/client-api";
import {
  getRule,
  insertRule,
  type PushRule,
  removeRule,
  type RuleKind,
  ruleKinds,
  setRuleActions,
  setRuleEnabled,
} from "@patrix/push-rules";
import { handle, rawJson } from "@patrix/server";
import type { PushRules } from "../../push/push-rules.ts";
import type { Registration } from "../registration.ts";
import { getPushRulesOfKind } from "./push-rules-of-kind.ts";
import type { Requester } from "../access/requester.ts";

/** The handlers of push rules. */
export function pushRuleHandlers(pushRules: PushRules): Registration[] {
  return [...readingHandlers(pushRules), ...changingHandlers(pushRules)];
}

interface RulePath {
  readonly kind: string;
  readonly ruleId: string;
}

function readingHandlers(pushRules: PushRules): Registration[] {
  const rule = async (user: Requester, { kind, ruleId }: RulePath): Promise<PushRule> => {
    const found = getRule(await pushRules.read(user.userNid, user.userId), ruleKind(kind), ruleId);
    if (!found) throw matrixError("M_NOT_FOUND", `ruleId: there is no such ${kind} rule`);
    return found;
  };
  return [
    handle(getPushRules, async (_, { user }) => rawJson(JSON.stringify({ global: await pushRules.read(user.userNid, user.userId) }))),
    handle(getPushRulesGlobal, async (_, { user }) => rawJson(JSON.stringify(await pushRules.read(user.userNid, user.userId)))),
    handle(getPushRulesOfKind, async ({ path }, { user }) =>
      rawJson(JSON.stringify((await pushRules.read(user.userNid, user.userId))[ruleKind(path.kind)] ?? [])),
    ),
    handle(getPushRule, async ({ path }, { user }) => rawJson(JSON.stringify(await rule(user, path)))),
    handle(getPushRuleActions, async ({ path }, { user }) => ({ actions: (await rule(user, path)).actions })),
    handle(isPushRuleEnabled, async ({ path }, { user }) => ({ enabled: (await rule(user, path)).enabled })),
  ];
}

function changingHandlers(pushRules: PushRules): Registration[] {
  return [
    handle(setPushRule, async ({ path, query = {}, body }, { user }) => {
      // Of this kind there are predefined rules only, by MSC4306.
      if (path.kind === "postcontent") throw matrixError("M_INVALID_PARAM", "kind: users have no rules of the kind postcontent");
      const kind = ruleKind(path.kind);
      const rule = { rule_id: path.ruleId, actions: body.actions, conditions: body.conditions as never, pattern: body.pattern };
      await pushRules.change(user.userNid, user.userId, (ruleset) => insertRule(ruleset, kind, rule, query));
      return {};
    }),
    handle(deletePushRule, async ({ path }, { user }) => {
      const kind = ruleKind(path.kind);
      await pushRules.change(user.userNid, user.userId, (ruleset) => removeRule(ruleset, kind, path.ruleId));
      return {};
    }),
    handle(setPushRuleActions, async ({ path, body }, { user }) => {
      const kind = ruleKind(path.kind);
      await pushRules.change(user.userNid, user.userId, (ruleset) => setRuleActions(ruleset, kind, path.ruleId, body.actions));
      return {};
    }),
    handle(setPushRuleEnabled, async ({ path, body }, { user }) => {
      const kind = ruleKind(path.kind);
      await pushRules.change(user.userNid, user.userId, (ruleset) => setRuleEnabled(ruleset, kind, path.ruleId, body.enabled));
      return {};
    }),
  ];
}

function ruleKind(kind: string): RuleKind {
  const known = ruleKinds.find((name) => name === kind);
  if (!known) throw matrixError("M_NOT_FOUND", `kind: expected one of ${ruleKinds.join(", ")}`);
  return known;
}
