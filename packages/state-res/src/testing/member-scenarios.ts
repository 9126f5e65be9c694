import type { RoomVersionRules } from "@patrix/room-versions";
import { type JsonObject, signingKeyFromSeed, signJson } from "@patrix/signatures";
import { type AuthScenario, type EventChanges, people } from "./auth-world.ts";

const { alice, bob, carol, dave, erin, frank, gina, olga } = people;

function member(sender: string, target: string, membership: unknown, content: JsonObject = {}): EventChanges {
  return { type: "m.room.member", sender, state_key: target, content: { membership, ...content } };
}

const joinRule = (rule: unknown): Record<string, JsonObject> => ({ "m.room.join_rules|": { join_rule: rule } });
const isKnocking = (rules: RoomVersionRules): boolean => rules.authorization.knocking;

const joins: readonly AuthScenario[] = [
  ...["first_join_of_creator", "first_join_of_create_sender"].map((name): AuthScenario => ({
    title: `the creator's first join (${name})`,
    rule: `member.join.${name}`,
    event: { ...member(alice, alice, "join"), prev_events: ["$m.room.create|"] },
    state: { ...joinRule("invite"), [`m.room.member|${alice}`]: null, "m.room.power_levels|": null },
    in: (rules) => !rules.authorization.roomCreateEventIdAsRoomId,
  })),
  {
    title: "the creator's first join in a room named by its create event",
    rule: "member.join.first_join_of_create_sender",
    event: { ...member(alice, alice, "join"), prev_events: ["$create"] },
    state: { ...joinRule("invite"), [`m.room.member|${alice}`]: null, "m.room.power_levels|": null },
    in: (rules) => rules.authorization.roomCreateEventIdAsRoomId,
  },
  {
    title: "someone else's join right after the create event",
    rule: "member.join.otherwise_reject",
    event: { ...member(frank, frank, "join"), prev_events: ["$m.room.create|"] },
    state: joinRule("invite"),
  },
  {
    title: "a later join of the creator who left, in a room for the invited",
    rule: "member.join.otherwise_reject",
    event: member(alice, alice, "join"),
    state: { ...joinRule("invite"), [`m.room.member|${alice}`]: { membership: "leave" } },
  },
  { title: "a join for another user", rule: "member.join.sender_is_not_target", event: member(bob, frank, "join") },
  { title: "a join by someone banned", rule: "member.join.sender_banned", event: member(dave, dave, "join") },
  ...["rule_invite", "rule_invite_or_knock"].flatMap((name): AuthScenario[] => [
    {
      title: `a join by someone invited (${name})`,
      rule: `member.join.${name}`,
      event: member(erin, erin, "join"),
      state: joinRule("invite"),
    },
    { title: `a changed profile (${name})`, rule: `member.join.${name}`, event: member(carol, carol, "join"), state: joinRule("invite") },
    {
      title: `a join by someone invited without join rules (${name})`,
      rule: `member.join.${name}`,
      event: member(erin, erin, "join"),
      state: { "m.room.join_rules|": null },
    },
  ]),
  {
    title: "a join by someone invited to a room that is knocked at",
    rule: "member.join.rule_invite_or_knock",
    event: member(erin, erin, "join"),
    state: joinRule("knock"),
  },
  {
    title: "a join by someone invited under a join rule that does not exist yet",
    rule: "member.join.otherwise_reject",
    event: member(erin, erin, "join"),
    state: joinRule("knock"),
    in: (rules) => !isKnocking(rules),
  },
  {
    title: "a join under a join rule that does not exist yet",
    rule: "member.join.otherwise_reject",
    event: member(erin, erin, "join"),
    state: joinRule("restricted"),
    in: (rules) => !rules.authorization.restrictedJoinRule,
  },
  {
    title: "a join under knock_restricted where it does not exist yet",
    rule: "member.join.otherwise_reject",
    event: member(erin, erin, "join"),
    state: joinRule("knock_restricted"),
    in: (rules) => !rules.authorization.knockRestrictedJoinRule,
  },
  { title: "a join of a public room", rule: "member.join.rule_public", event: member(frank, frank, "join") },
  {
    title: "a join by someone not invited",
    rule: "member.join.otherwise_reject",
    event: member(frank, frank, "join"),
    state: joinRule("invite"),
  },
  {
    title: "a join under a private rule",
    rule: "member.join.otherwise_reject",
    event: member(erin, erin, "join"),
    state: joinRule("private"),
  },
  {
    title: "a join under a rule that is no string",
    rule: "member.join.otherwise_reject",
    event: member(erin, erin, "join"),
    state: joinRule(1),
  },
];

const via = (user: unknown): JsonObject => ({ join_authorised_via_users_server: user });
const restrictedJoins: readonly AuthScenario[] = (
  [
    ["rule_restricted", "restricted"],
    ["rule_restricted_or_knock_restricted", "restricted"],
    ["rule_restricted_or_knock_restricted", "knock_restricted"],
  ] as const
).flatMap(([name, rule]): AuthScenario[] => {
  const scenario = (title: string, last: string, event: EventChanges, state: Record<string, JsonObject> = {}): AuthScenario => ({
    title: `${title}, where the join rule is ${rule} (${name})`,
    rule: `member.join.${name}.${last}`,
    event,
    state: { ...joinRule(rule), ...state },
  });
  return [
    scenario("a join by someone invited", "already_joined_or_invited", member(erin, erin, "join")),
    scenario("a join that nobody authorises", "authorising_user_insufficient", member(frank, frank, "join")),
    scenario("a join authorised by someone who may not invite", "authorising_user_insufficient", member(frank, frank, "join", via(carol))),
    scenario("a join authorised by someone who left", "authorising_user_insufficient", member(frank, frank, "join", via(gina))),
    scenario(
      "a join authorised by someone who left and could invite",
      "authorising_user_insufficient",
      member(frank, frank, "join", via(gina)),
      {
        "m.room.power_levels|": { users: { [gina]: 50 } },
      },
    ),
    scenario("a join authorised by the creator", "otherwise_allow", member(frank, frank, "join", via(alice))),
    scenario("a join authorised at the invite level", "otherwise_allow", member(frank, frank, "join", via(bob)), {
      "m.room.power_levels|": { users: { [bob]: 10 }, invite: 10 },
    }),
  ];
});

const unsignedJoins: readonly AuthScenario[] = [
  {
    title: "an authorised join that the other server has not signed",
    rule: "member.join_authorised.not_signed_by_authorising_server",
    event: member(frank, frank, "join", via(olga)),
    signatures: { isSignedByServer: (_, server) => server !== "o.example" },
  },
  {
    title: "an authorised join that names no server",
    rule: "member.join_authorised.not_signed_by_authorising_server",
    event: member(frank, frank, "join", via("olga")),
  },
  {
    title: "a leave with a key for joins that is no string",
    rule: "member.join_authorised.not_signed_by_authorising_server",
    event: member(carol, carol, "leave", via(1)),
  },
];

const seed = new Uint8Array(32).fill(7);
const key = signingKeyFromSeed(seed, "ed25519:0");
const otherKey = signingKeyFromSeed(new Uint8Array(32).fill(8), "ed25519:0");
const token = { mxid: frank, token: "token", sender: bob };
const signed: JsonObject = signJson(token, "id.example", key);

function thirdParty(title: string, rule: string, invite: unknown, content: JsonObject | null, changes: EventChanges = {}): AuthScenario {
  return {
    title,
    rule: `member.invite.third_party.${rule}`,
    event: { ...member(bob, frank, "invite", { third_party_invite: invite }), ...changes },
    state: { "m.room.third_party_invite|token": content },
    stateEvents: { "m.room.third_party_invite|token": { sender: bob } },
  };
}
const published: JsonObject = { public_key: key.publicKey };
const thirdPartyInvites: readonly AuthScenario[] = [
  thirdParty("a third-party invite of someone banned", "target_banned", { signed }, published, { state_key: dave }),
  thirdParty("a third-party invite without signed", "no_signed", {}, published),
  thirdParty("a third-party invite that is null", "no_signed", null, published),
  thirdParty("a third-party invite without token", "no_mxid_or_token", { signed: { mxid: frank } }, published),
  thirdParty("a third-party invite without user", "no_mxid_or_token", { signed: { token: "token" } }, published),
  thirdParty("a third-party invite of someone else", "mxid_mismatch", { signed }, published, { state_key: gina }),
  thirdParty("a third-party invite that the room does not know", "no_matching_event", { signed }, null),
  thirdParty("a third-party invite by someone else", "sender_mismatch", { signed }, published, { sender: alice }),
  thirdParty("a third-party invite signed by the key", "signature_matches", { signed }, published),
  thirdParty(
    "a third-party invite signed by a listed key",
    "signature_matches",
    { signed },
    {
      public_key: otherKey.publicKey,
      public_keys: [{ public_key: "?" }, { public_key: key.publicKey }],
    },
  ),
  thirdParty("a third-party invite signed by another key", "otherwise_reject", { signed }, { public_key: otherKey.publicKey }),
  thirdParty("a third-party invite that was tampered with", "otherwise_reject", { signed: { ...signed, extra: 1 } }, published),
  thirdParty("a third-party invite without signatures", "otherwise_reject", { signed: token }, published),
];

const invites: readonly AuthScenario[] = [
  { title: "an invite by someone who left", rule: "member.invite.sender_not_joined", event: member(frank, gina, "invite") },
  { title: "an invite of a member", rule: "member.invite.target_joined_or_banned", event: member(bob, carol, "invite") },
  { title: "an invite of someone banned", rule: "member.invite.target_joined_or_banned", event: member(bob, dave, "invite") },
  {
    title: "an invite at the invite level",
    rule: "member.invite.invite_level",
    event: member(bob, frank, "invite"),
    state: { "m.room.power_levels|": { users: { [bob]: 10 }, invite: 10 } },
  },
  { title: "an invite below the invite level", rule: "member.invite.otherwise_reject", event: member(carol, frank, "invite") },
  {
    title: "an invite without power levels",
    rule: "member.invite.invite_level",
    event: member(carol, frank, "invite"),
    state: { "m.room.power_levels|": null },
  },
];

const levels = (users: JsonObject, more: JsonObject = {}): Record<string, JsonObject> => ({
  "m.room.power_levels|": { users, ban: 50, kick: 40, ...more },
});
const removals: readonly AuthScenario[] = [
  ...["self_from_invite_or_join", "self_from_invite_join_or_knock"].flatMap((name): AuthScenario[] => [
    { title: `leaving (${name})`, rule: `member.leave.${name}`, outcome: "allowed", event: member(carol, carol, "leave") },
    { title: `declining an invite (${name})`, rule: `member.leave.${name}`, outcome: "allowed", event: member(erin, erin, "leave") },
    { title: `leaving while banned (${name})`, rule: `member.leave.${name}`, outcome: "rejected", event: member(dave, dave, "leave") },
    {
      title: `leaving after a knock (${name})`,
      rule: `member.leave.${name}`,
      outcome: name.endsWith("knock") ? "allowed" : "rejected",
      event: member(gina, gina, "leave"),
    },
  ]),
  { title: "a kick by someone who left", rule: "member.leave.sender_not_joined", event: member(frank, carol, "leave") },
  {
    title: "an unban below the ban level",
    rule: "member.leave.unban_level",
    event: member(bob, dave, "leave"),
    state: levels({ [bob]: 49 }),
  },
  { title: "an unban at the ban level", rule: "member.leave.kick_level", event: member(bob, dave, "leave"), state: levels({ [bob]: 50 }) },
  { title: "a kick at the kick level", rule: "member.leave.kick_level", event: member(bob, carol, "leave"), state: levels({ [bob]: 40 }) },
  {
    title: "a kick below the kick level",
    rule: "member.leave.otherwise_reject",
    event: member(bob, carol, "leave"),
    state: levels({ [bob]: 39 }),
  },
  {
    title: "a kick of an equal",
    rule: "member.leave.otherwise_reject",
    event: member(bob, carol, "leave"),
    state: levels({ [bob]: 50, [carol]: 50 }),
  },
  { title: "a ban by someone who left", rule: "member.ban.sender_not_joined", event: member(frank, carol, "ban") },
  { title: "a ban at the ban level", rule: "member.ban.ban_level", event: member(bob, carol, "ban"), state: levels({ [bob]: 50 }) },
  {
    title: "a ban below the ban level",
    rule: "member.ban.otherwise_reject",
    event: member(bob, carol, "ban"),
    state: levels({ [bob]: 49 }),
  },
  {
    title: "a ban of an equal",
    rule: "member.ban.otherwise_reject",
    event: member(bob, carol, "ban"),
    state: levels({ [bob]: 50, [carol]: 50 }),
  },
  {
    title: "a ban of the creator by someone with a higher number",
    rule: "member.ban.otherwise_reject",
    event: member(bob, alice, "ban"),
    state: levels({ [bob]: 9000 }),
    in: (rules) => rules.authorization.explicitlyPrivilegeRoomCreators,
  },
  {
    title: "a ban between creators",
    rule: "member.ban.otherwise_reject",
    event: member(alice, bob, "ban"),
    state: { "m.room.create|": { additional_creators: [bob] } },
    in: (rules) => rules.authorization.additionalRoomCreators,
  },
  {
    title: "a ban by an additional creator",
    rule: "member.ban.ban_level",
    event: member(carol, bob, "ban"),
    state: { "m.room.create|": { additional_creators: [carol] } },
    in: (rules) => rules.authorization.additionalRoomCreators,
  },
];

const knocks: readonly AuthScenario[] = [
  { title: "a knock at a public room (old)", rule: "member.knock.rule_not_knock", event: member(frank, frank, "knock") },
  { title: "a knock at a public room", rule: "member.knock.rule_not_knock_or_knock_restricted", event: member(frank, frank, "knock") },
  {
    title: "a knock for another user",
    rule: "member.knock.sender_is_not_target",
    event: member(carol, frank, "knock"),
    state: joinRule("knock"),
  },
  { title: "a knock", rule: "member.knock.not_banned_invited_or_joined", event: member(frank, frank, "knock"), state: joinRule("knock") },
  {
    title: "a knock at a restricted room",
    rule: "member.knock.not_banned_invited_or_joined",
    event: member(frank, frank, "knock"),
    state: joinRule("knock_restricted"),
    in: (rules) => rules.authorization.knockRestrictedJoinRule,
  },
  ...[carol, dave, erin].map((user): AuthScenario => ({
    title: `a knock by ${user}`,
    rule: "member.knock.otherwise_reject",
    event: member(user, user, "knock"),
    state: joinRule("knock"),
  })),
  {
    title: "a knock where there is none",
    rule: "member.unknown_membership",
    event: member(frank, frank, "knock"),
    in: (rules) => !isKnocking(rules),
  },
];

/** @internal Scenarios for `m.room.member`. */
export const memberScenarios: readonly AuthScenario[] = [
  {
    title: "a membership without state key",
    rule: "member.no_state_key_or_membership",
    event: { ...member(carol, carol, "join"), state_key: undefined },
  },
  {
    title: "a membership event without membership",
    rule: "member.no_state_key_or_membership",
    event: { ...member(carol, carol, "join"), content: {} },
  },
  { title: "an unknown membership", rule: "member.unknown_membership", event: member(carol, carol, "dance") },
  { title: "a membership that is no string", rule: "member.unknown_membership", event: member(carol, carol, 1) },
  ...joins,
  ...restrictedJoins,
  ...unsignedJoins,
  ...thirdPartyInvites,
  ...invites,
  ...removals,
  ...knocks,
];
