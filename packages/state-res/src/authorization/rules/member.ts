import type { AuthCheck } from "../auth-check.ts";
import type { AuthRule } from "../auth-rule.ts";
import { domainOf, member } from "../raw-content.ts";
import { inviteRules } from "./member-invite.ts";
import { joinRules } from "./member-join.ts";

const asksFor =
  (membership: string) =>
  (check: AuthCheck): boolean =>
    check.membership === membership;

const leaveRules: AuthRule = {
  id: "member.leave",
  effect: "group",
  when: asksFor("leave"),
  children: [
    {
      id: "member.leave.self_from_invite_or_join",
      effect: "allow-iff",
      in: (rules) => !rules.authorization.knocking,
      when: (check) => check.isSenderTarget,
      iff: ({ senderMembership }) => senderMembership === "invite" || senderMembership === "join",
      reason: "the sender is neither invited nor joined",
    },
    {
      id: "member.leave.self_from_invite_join_or_knock",
      effect: "allow-iff",
      in: (rules) => rules.authorization.knocking,
      when: (check) => check.isSenderTarget,
      iff: ({ senderMembership }) => senderMembership === "invite" || senderMembership === "join" || senderMembership === "knock",
      reason: "the sender is neither invited nor joined, nor has knocked",
    },
    {
      id: "member.leave.sender_not_joined",
      effect: "reject",
      when: (check) => check.senderMembership !== "join",
      reason: "the sender is not joined",
    },
    {
      id: "member.leave.unban_level",
      effect: "reject",
      when: (check) => check.targetMembership === "ban" && !(check.senderLevel >= check.powerLevels.level("ban")),
      reason: "the sender's power level is below the ban level",
    },
    {
      id: "member.leave.kick_level",
      effect: "allow",
      when: (check) => check.senderLevel >= check.powerLevels.level("kick") && check.targetLevel < check.senderLevel,
    },
    { id: "member.leave.otherwise_reject", effect: "reject", reason: "the sender may not remove the target user" },
  ],
};

const banRules: AuthRule = {
  id: "member.ban",
  effect: "group",
  when: asksFor("ban"),
  children: [
    {
      id: "member.ban.sender_not_joined",
      effect: "reject",
      when: (check) => check.senderMembership !== "join",
      reason: "the sender is not joined",
    },
    {
      id: "member.ban.ban_level",
      effect: "allow",
      when: (check) => check.senderLevel >= check.powerLevels.level("ban") && check.targetLevel < check.senderLevel,
    },
    { id: "member.ban.otherwise_reject", effect: "reject", reason: "the sender may not ban the target user" },
  ],
};

const knockRules: AuthRule = {
  id: "member.knock",
  effect: "group",
  in: (rules) => rules.authorization.knocking,
  when: asksFor("knock"),
  children: [
    {
      id: "member.knock.rule_not_knock",
      effect: "reject",
      in: (rules) => !rules.authorization.knockRestrictedJoinRule,
      when: (check) => check.joinRule !== "knock",
      reason: "the join rule is not knock",
    },
    {
      id: "member.knock.rule_not_knock_or_knock_restricted",
      effect: "reject",
      in: (rules) => rules.authorization.knockRestrictedJoinRule,
      when: ({ joinRule }) => joinRule !== "knock" && joinRule !== "knock_restricted",
      reason: "the join rule is neither knock nor knock_restricted",
    },
    {
      id: "member.knock.sender_is_not_target",
      effect: "reject",
      when: (check) => !check.isSenderTarget,
      reason: "the sender knocks for another user",
    },
    {
      id: "member.knock.not_banned_invited_or_joined",
      effect: "allow",
      when: ({ senderMembership }) => senderMembership !== "ban" && senderMembership !== "invite" && senderMembership !== "join",
    },
    { id: "member.knock.otherwise_reject", effect: "reject", reason: "the sender is banned, invited or joined" },
  ],
};

/** The rule asks whether the key is there, not whether it is well formed. */
const joinAuthorisedRules: AuthRule = {
  id: "member.join_authorised",
  effect: "group",
  in: (rules) => rules.signatures.checkJoinAuthorisedViaUsersServer,
  when: ({ event }) => member(event.content, "join_authorised_via_users_server") !== undefined,
  children: [
    {
      id: "member.join_authorised.not_signed_by_authorising_server",
      effect: "reject",
      when: ({ event, signatures }) => {
        const user = member(event.content, "join_authorised_via_users_server");
        const server = typeof user === "string" ? domainOf(user) : undefined;
        return server === undefined || !(signatures.isSignedByServer?.(event, server) ?? true);
      },
      reason: "the server of join_authorised_via_users_server has not signed",
    },
  ],
};

/** @internal Rules for `m.room.member`. */
export const memberRules: AuthRule = {
  id: "member",
  effect: "group",
  when: ({ event }) => event.type === "m.room.member",
  children: [
    {
      id: "member.no_state_key_or_membership",
      effect: "reject",
      when: ({ event }) => event.state_key === undefined || member(event.content, "membership") === undefined,
      reason: "m.room.member has no state_key or no content.membership",
    },
    joinAuthorisedRules,
    joinRules,
    inviteRules,
    leaveRules,
    banRules,
    knockRules,
    { id: "member.unknown_membership", effect: "reject", reason: "the membership is not known" },
  ],
};
