import type { AuthCheck } from "../auth-check.ts";
import type { AuthRule } from "../auth-rule.ts";
import { domainOf, haveSameDomain, member } from "../raw-content.ts";

/** @internal Rooms can be closed to servers other than the creator's. */
export const federateRule: AuthRule = {
  id: "federate_false_other_domain",
  effect: "reject",
  when: ({ create, event }) =>
    create !== undefined && member(create.content, "m.federate") === false && !haveSameDomain(event.sender, create.sender),
  reason: "the room does not federate, and the sender is on another server than the creator",
};

/** @internal Rules for `m.room.aliases`. */
export const aliasesRules: AuthRule = {
  id: "aliases",
  effect: "group",
  in: (rules) => rules.authorization.specialCaseRoomAliases,
  when: ({ event }) => event.type === "m.room.aliases",
  children: [
    {
      id: "aliases.no_state_key",
      effect: "reject",
      when: ({ event }) => event.state_key === undefined,
      reason: "m.room.aliases has no state_key",
    },
    {
      id: "aliases.domain_mismatch",
      effect: "reject",
      when: ({ event }) => domainOf(event.sender) !== event.state_key,
      reason: "the state key of m.room.aliases is not the sender's server",
    },
    { id: "aliases.otherwise_allow", effect: "allow" },
  ],
};

/** @internal Only members send events. */
export const senderNotJoinedRule: AuthRule = {
  id: "sender_not_joined",
  effect: "reject",
  when: (check) => check.senderMembership !== "join",
  reason: "the sender is not joined",
};

/** @internal Rules for `m.room.third_party_invite`. */
export const thirdPartyInviteRules: AuthRule = {
  id: "third_party_invite",
  effect: "group",
  when: ({ event }) => event.type === "m.room.third_party_invite",
  children: [
    {
      id: "third_party_invite.invite_level",
      effect: "allow-iff",
      iff: (check) => check.senderLevel >= check.powerLevels.level("invite"),
      reason: "the sender's power level is below the invite level",
    },
  ],
};

/** @internal Each event type asks for a power level. */
export const requiredPowerLevelRule: AuthRule = {
  id: "required_power_level",
  effect: "reject",
  when: (check) => !(check.senderLevel >= check.powerLevels.eventLevel(check.event.type, check.event.state_key !== undefined)),
  reason: "the sender's power level is below what the event type asks for",
};

/** @internal State whose key is a user ID belongs to that user. */
export const otherUsersStateKeyRule: AuthRule = {
  id: "state_key_is_other_user",
  effect: "reject",
  when: ({ event }) => event.state_key?.startsWith("@") === true && event.state_key !== event.sender,
  reason: "the state key is another user's ID",
};

function redactsOwnServersEvent({ event }: AuthCheck): boolean {
  return event.redacts !== undefined && haveSameDomain(event.redacts, event.event_id);
}

/** @internal Rules for `m.room.redaction`. */
export const redactionRules: AuthRule = {
  id: "redaction",
  effect: "group",
  in: (rules) => rules.authorization.specialCaseRoomRedaction,
  when: ({ event }) => event.type === "m.room.redaction",
  children: [
    {
      id: "redaction.redact_level",
      effect: "allow",
      when: (check) => check.senderLevel >= check.powerLevels.level("redact"),
    },
    { id: "redaction.same_domain", effect: "allow", when: redactsOwnServersEvent },
    {
      id: "redaction.otherwise_reject",
      effect: "reject",
      reason: "the sender's power level is below the redact level, and the redacted event is of another server",
    },
  ],
};
