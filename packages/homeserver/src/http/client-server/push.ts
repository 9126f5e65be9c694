import { matrixError } from "@patrix/api";
import {
  deletePushRule,
  getPushers,
  getPushRule,
  getPushRuleActions,
  getPushRules,
  getPushRulesGlobal,
  isPushRuleEnabled,
  postPusher,
  type PostPusherBody,
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
import type { Core } from "../../log/core.ts";
import type { PushRules } from "../../push/push-rules.ts";
import { putPusher, readPushers, removePusher } from "../../push/pushers.ts";
import type { Registration } from "../registration.ts";
import type { Requester } from "../access/requester.ts";

/** The handlers of push rules and pushers. */
export function pushHandlers(core: Core, pushRules: PushRules): Registration[] {
  return [...readingHandlers(pushRules), ...changingHandlers(pushRules), ...pusherHandlers(core)];
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
    handle(getPushRule, async ({ path }, { user }) => rawJson(JSON.stringify(await rule(user, path)))),
    handle(getPushRuleActions, async ({ path }, { user }) => ({ actions: (await rule(user, path)).actions })),
    handle(isPushRuleEnabled, async ({ path }, { user }) => ({ enabled: (await rule(user, path)).enabled })),
  ];
}

function changingHandlers(pushRules: PushRules): Registration[] {
  return [
    handle(setPushRule, async ({ path, query = {}, body }, { user }) => {
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

function pusherHandlers(core: Core): Registration[] {
  return [
    handle(getPushers, async (_, { user }) => rawJson(`{"pushers":[${(await readPushers(core, user.userNid)).join(",")}]}`)),
    handle(postPusher, async ({ body }, { user }) => {
      if (body.kind === null) await removePusher(core, user.userNid, body);
      else {
        checkPusher(body);
        const { append = false, ...pusher } = body;
        await putPusher(core, user.userNid, pusher, append);
      }
      return {};
    }),
  ];
}

function ruleKind(kind: string): RuleKind {
  const known = ruleKinds.find((name) => name === kind);
  if (!known) throw matrixError("M_INVALID_PARAM", `kind: expected one of ${ruleKinds.join(", ")}`);
  return known;
}

/** The keys that a new pusher needs. @throws {MatrixError} `M_MISSING_PARAM` or `M_INVALID_PARAM`. */
function checkPusher(body: PostPusherBody): void {
  for (const name of ["app_display_name", "device_display_name", "lang", "data"] as const)
    if (body[name] === undefined) throw matrixError("M_MISSING_PARAM", `${name}: required, but missing`);
  if (Buffer.byteLength(body.pushkey) > 512) throw matrixError("M_INVALID_PARAM", "pushkey: it is longer than 512 bytes");
  if (body.app_id.length > 64) throw matrixError("M_INVALID_PARAM", "app_id: it is longer than 64 characters");
  if (body.kind !== "http") return;
  const url = body.data?.url;
  if (url === undefined) throw matrixError("M_MISSING_PARAM", "data.url: required, but missing");
  const parsed = URL.parse(url);
  if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.pathname !== "/_matrix/push/v1/notify")
    throw matrixError("M_INVALID_PARAM", "data.url: expected a URL with the path /_matrix/push/v1/notify");
}
