import type { Action } from "../action.ts";
import type { PushCondition } from "../push-condition.ts";
import type { PushRule, Ruleset } from "../ruleset.ts";

const sound: Action = { set_tweak: "sound", value: "default" };
const twoMembers: PushCondition = { kind: "room_member_count", is: "2" };

/**
 * Adds the server-default rules of MSC3930 to a ruleset that lacks them, each kind at its end: that a poll begins or ends notifies as a
 * message does, and a vote notifies nobody. What the owner has set for rules that are there is kept.
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/3930}
 */
export function addPollRules(ruleset: Ruleset): Ruleset {
  return {
    ...ruleset,
    override: withMissing(ruleset.override, [rule("poll_response", "response", [])]),
    underride: withMissing(ruleset.underride, [
      rule("poll_start_one_to_one", "start", ["notify", sound], [twoMembers]),
      rule("poll_start", "start", ["notify"]),
      rule("poll_end_one_to_one", "end", ["notify", sound], [twoMembers]),
      rule("poll_end", "end", ["notify"]),
    ]),
  };
}

function withMissing(rules: readonly PushRule[] = [], added: readonly PushRule[]): PushRule[] {
  const known = new Set(rules.map(({ rule_id: id }) => id));
  return [...rules, ...added.filter(({ rule_id: id }) => !known.has(id))];
}

function rule(name: string, event: string, actions: Action[], conditions: readonly PushCondition[] = []): PushRule {
  const type: PushCondition = { kind: "event_match", key: "type", pattern: `org.matrix.msc3381.poll.${event}` };
  return {
    rule_id: `.org.matrix.msc3930.rule.${name}`,
    default: true,
    enabled: true,
    conditions: [...conditions, type],
    actions,
  };
}
