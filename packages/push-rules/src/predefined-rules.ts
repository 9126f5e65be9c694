import type { Action } from "./action.ts";
import type { PushCondition } from "./push-condition.ts";
import type { PushRule, Ruleset } from "./ruleset.ts";

const highlight: Action = { set_tweak: "highlight" };
const sound = (value: string): Action => ({ set_tweak: "sound", value });
const match = (key: string, pattern: string): PushCondition => ({ kind: "event_match", key, pattern });

/**
 * The server-default rules of a user, in their order.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#predefined-rules}
 */
export function predefinedRules(userId: string): { override: PushRule[]; content: PushRule[]; underride: PushRule[] } & Ruleset {
  const mention: PushCondition = { kind: "event_property_contains", key: "content.m\\.mentions.user_ids", value: userId };
  const roomMention: PushCondition = { kind: "event_property_is", key: "content.m\\.mentions.room", value: true };
  const mayMentionRoom: PushCondition = { kind: "sender_notification_permission", key: "room" };
  const replacement: PushCondition = { kind: "event_property_is", key: "content.m\\.relates_to.rel_type", value: "m.replace" };
  const twoMembers: PushCondition = { kind: "room_member_count", is: "2" };
  const member = match("type", "m.room.member");
  const noStateKey = match("state_key", "");
  return {
    override: [
      { ...rule(".m.rule.master", [], []), enabled: false },
      rule(".m.rule.suppress_notices", [match("content.msgtype", "m.notice")], []),
      rule(
        ".m.rule.invite_for_me",
        [member, match("content.membership", "invite"), match("state_key", userId)],
        ["notify", sound("default")],
      ),
      rule(".m.rule.member_event", [member], []),
      rule(".m.rule.is_user_mention", [mention], ["notify", sound("default"), highlight]),
      rule(".m.rule.is_room_mention", [roomMention, mayMentionRoom], ["notify", highlight]),
      rule(".m.rule.tombstone", [match("type", "m.room.tombstone"), noStateKey], ["notify", highlight]),
      rule(".m.rule.reaction", [match("type", "m.reaction")], []),
      rule(".m.rule.room.server_acl", [match("type", "m.room.server_acl"), noStateKey], []),
      rule(".m.rule.suppress_edits", [replacement], []),
    ],
    content: [],
    room: [],
    sender: [],
    underride: [
      rule(".m.rule.call", [match("type", "m.call.invite")], ["notify", sound("ring")]),
      rule(".m.rule.encrypted_room_one_to_one", [twoMembers, match("type", "m.room.encrypted")], ["notify", sound("default")]),
      rule(".m.rule.room_one_to_one", [twoMembers, match("type", "m.room.message")], ["notify", sound("default")]),
      rule(".m.rule.message", [match("type", "m.room.message")], ["notify"]),
      rule(".m.rule.encrypted", [match("type", "m.room.encrypted")], ["notify"]),
    ],
  };
}

/**
 * Brings stored rules up to the server-default rules of this version: `.m.rule.master` first, then the user's rules in their
 * order, then the others. Of a stored server-default rule the user's `enabled` and `actions` are kept, its conditions are not.
 * Rules that the specification no longer has (`.m.rule.…`) go; those of other vendors stay at the end.
 */
export function mergePredefinedRules(stored: Ruleset, userId: string): Ruleset {
  const predefined = predefinedRules(userId);
  const merged: Ruleset = { ...stored };
  for (const kind of ["override", "content", "room", "sender", "underride"] as const) {
    merged[kind] = mergeKind(stored[kind] ?? [], predefined[kind] ?? []);
  }
  return merged;
}

function mergeKind(stored: readonly PushRule[], predefined: readonly PushRule[]): PushRule[] {
  const known = new Map(stored.map((rule) => [rule.rule_id, rule]));
  const current = predefined.map((rule) => {
    const kept = known.get(rule.rule_id);
    return kept === undefined ? rule : { ...rule, enabled: kept.enabled, actions: kept.actions };
  });
  const names = new Set(predefined.map((rule) => rule.rule_id));
  const others = stored.filter((rule) => !names.has(rule.rule_id));
  return [
    ...current.filter((rule) => rule.rule_id === ".m.rule.master"),
    ...others.filter((rule) => !rule.rule_id.startsWith(".")),
    ...current.filter((rule) => rule.rule_id !== ".m.rule.master"),
    ...others.filter((rule) => rule.rule_id.startsWith(".") && !rule.rule_id.startsWith(".m.rule.")),
  ];
}

function rule(ruleId: string, conditions: PushCondition[], actions: Action[]): PushRule {
  return { rule_id: ruleId, default: true, enabled: true, conditions, actions };
}
