import type { JsonObject } from "@patrix/signatures";
import type { AuthCheck } from "../auth-check.ts";
import type { AuthRule } from "../auth-rule.ts";
import { isObject, member, stringMember } from "../raw-content.ts";
import { isSignedByKey } from "../third-party-signature.ts";

function thirdPartyInvite({ event }: AuthCheck): unknown {
  return member(event.content, "third_party_invite");
}

function signedOf(check: AuthCheck): JsonObject | undefined {
  const signed = member(thirdPartyInvite(check), "signed");
  return isObject(signed) ? signed : undefined;
}

function matchingEvent(check: AuthCheck): ReturnType<AuthCheck["state"]> {
  const token = stringMember(signedOf(check), "token");
  return token === undefined ? undefined : check.state("m.room.third_party_invite", token);
}

function isSignedByAny(check: AuthCheck, keys: readonly unknown[]): boolean {
  const signed = signedOf(check);
  if (signed === undefined) return false;
  const isSignedBy = check.signatures.isSignedByKey ?? isSignedByKey;
  return keys.some((key) => typeof key === "string" && isSignedBy(signed, key));
}

/** Far above what real invites carry; bounds the work that one event can ask for. */
const MAX_PUBLIC_KEYS = 32;

function listedKeys(check: AuthCheck): readonly unknown[] {
  const keys = member(matchingEvent(check)?.content, "public_keys");
  return Array.isArray(keys) ? keys.slice(0, MAX_PUBLIC_KEYS).map((entry) => member(entry, "public_key")) : [];
}

const thirdPartyRules: AuthRule = {
  id: "member.invite.third_party",
  effect: "group",
  when: (check) => thirdPartyInvite(check) !== undefined,
  children: [
    {
      id: "member.invite.third_party.target_banned",
      effect: "reject",
      when: (check) => check.targetMembership === "ban",
      reason: "the target user is banned",
    },
    {
      id: "member.invite.third_party.no_signed",
      effect: "reject",
      when: (check) => signedOf(check) === undefined,
      reason: "third_party_invite has no object as signed",
    },
    {
      id: "member.invite.third_party.no_mxid_or_token",
      effect: "reject",
      when: (check) => member(signedOf(check), "mxid") === undefined || member(signedOf(check), "token") === undefined,
      reason: "third_party_invite.signed has no mxid or no token",
    },
    {
      id: "member.invite.third_party.mxid_mismatch",
      effect: "reject",
      when: (check) => member(signedOf(check), "mxid") !== check.target,
      reason: "third_party_invite.signed.mxid is not the state key",
    },
    {
      id: "member.invite.third_party.no_matching_event",
      effect: "reject",
      when: (check) => matchingEvent(check) === undefined,
      reason: "the room has no m.room.third_party_invite for the token",
    },
    {
      id: "member.invite.third_party.sender_mismatch",
      effect: "reject",
      when: (check) => matchingEvent(check)?.sender !== check.event.sender,
      reason: "m.room.third_party_invite is by another sender",
    },
    {
      id: "member.invite.third_party.signature_matches",
      effect: "allow",
      children: [
        {
          id: "member.invite.third_party.signature_matches.public_key",
          effect: "detail",
          when: (check) => isSignedByAny(check, [member(matchingEvent(check)?.content, "public_key")]),
        },
        {
          id: "member.invite.third_party.signature_matches.public_keys",
          effect: "detail",
          when: (check) => isSignedByAny(check, listedKeys(check)),
        },
      ],
    },
    {
      id: "member.invite.third_party.otherwise_reject",
      effect: "reject",
      reason: "no signature is by a key of m.room.third_party_invite",
    },
  ],
};

/** @internal Rules for `m.room.member` with membership `invite`. */
export const inviteRules: AuthRule = {
  id: "member.invite",
  effect: "group",
  when: (check) => check.membership === "invite",
  children: [
    thirdPartyRules,
    {
      id: "member.invite.sender_not_joined",
      effect: "reject",
      when: (check) => check.senderMembership !== "join",
      reason: "the sender is not joined",
    },
    {
      id: "member.invite.target_joined_or_banned",
      effect: "reject",
      when: ({ targetMembership }) => targetMembership === "join" || targetMembership === "ban",
      reason: "the target user is joined or banned",
    },
    {
      id: "member.invite.invite_level",
      effect: "allow",
      when: (check) => check.senderLevel >= check.powerLevels.level("invite"),
    },
    { id: "member.invite.otherwise_reject", effect: "reject", reason: "the sender's power level is below the invite level" },
  ],
};
