import { creatorsOf } from "@patrix/room-versions";
import type { AuthCheck } from "../auth-check.ts";
import type { AuthRule } from "../auth-rule.ts";
import { stringMember } from "../raw-content.ts";

function isFirstJoinOf(creator: (check: AuthCheck) => boolean): (check: AuthCheck) => boolean {
  return (check) => {
    const { create, event } = check;
    return create !== undefined && event.prev_events.length === 1 && event.prev_events[0] === create.event_id && creator(check);
  };
}

function isInvitedOrJoined(check: AuthCheck): boolean {
  const { senderMembership } = check;
  return senderMembership === "invite" || senderMembership === "join";
}

function isAuthorisedByInviter(check: AuthCheck): boolean {
  const user = stringMember(check.event.content, "join_authorised_via_users_server");
  if (user === undefined || check.membershipOf(user) !== "join") return false;
  return check.powerLevels.userLevel(user) >= check.powerLevels.level("invite");
}

/** Rules of a join rule that lets in members of other rooms. */
function restrictedChildren(id: string): readonly AuthRule[] {
  return [
    { id: `${id}.already_joined_or_invited`, effect: "allow", when: isInvitedOrJoined },
    {
      id: `${id}.authorising_user_insufficient`,
      effect: "reject",
      when: (check) => !isAuthorisedByInviter(check),
      reason: "join_authorised_via_users_server is not a joined user who may invite",
    },
    { id: `${id}.otherwise_allow`, effect: "allow" },
  ];
}

/** @internal Rules for `m.room.member` with membership `join`. */
export const joinRules: AuthRule = {
  id: "member.join",
  effect: "group",
  when: (check) => check.membership === "join",
  children: [
    {
      id: "member.join.first_join_of_creator",
      effect: "allow",
      in: (rules) => !rules.authorization.useRoomCreateSender,
      when: isFirstJoinOf(({ create, rules, target }) => create !== undefined && creatorsOf(create, rules).has(target)),
    },
    {
      id: "member.join.first_join_of_create_sender",
      effect: "allow",
      in: (rules) => rules.authorization.useRoomCreateSender,
      when: isFirstJoinOf(({ create, target }) => create?.sender === target),
    },
    {
      id: "member.join.sender_is_not_target",
      effect: "reject",
      when: (check) => !check.isSenderTarget,
      reason: "the sender joins for another user",
    },
    {
      id: "member.join.sender_banned",
      effect: "reject",
      when: (check) => check.senderMembership === "ban",
      reason: "the sender is banned",
    },
    {
      id: "member.join.rule_invite",
      effect: "allow",
      in: (rules) => !rules.authorization.knocking,
      when: (check) => check.joinRule === "invite" && isInvitedOrJoined(check),
    },
    {
      id: "member.join.rule_invite_or_knock",
      effect: "allow",
      in: (rules) => rules.authorization.knocking,
      when: (check) => (check.joinRule === "invite" || check.joinRule === "knock") && isInvitedOrJoined(check),
    },
    {
      id: "member.join.rule_restricted",
      effect: "group",
      in: ({ authorization }) => authorization.restrictedJoinRule && !authorization.knockRestrictedJoinRule,
      when: (check) => check.joinRule === "restricted",
      children: restrictedChildren("member.join.rule_restricted"),
    },
    {
      id: "member.join.rule_restricted_or_knock_restricted",
      effect: "group",
      in: (rules) => rules.authorization.knockRestrictedJoinRule,
      when: ({ joinRule }) => joinRule === "restricted" || joinRule === "knock_restricted",
      children: restrictedChildren("member.join.rule_restricted_or_knock_restricted"),
    },
    { id: "member.join.rule_public", effect: "allow", when: (check) => check.joinRule === "public" },
    { id: "member.join.otherwise_reject", effect: "reject", reason: "the join rule does not let the sender join" },
  ],
};
