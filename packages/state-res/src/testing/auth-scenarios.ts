import type { JsonObject } from "@patrix/signatures";
import { type AuthScenario, type EventChanges, people } from "./auth-world.ts";
import { memberScenarios } from "./member-scenarios.ts";
import { powerLevelsScenarios } from "./power-levels-scenarios.ts";

const { alice, bob, carol, frank, olga } = people;

const create = (content: JsonObject, changes: EventChanges = {}): EventChanges => ({
  type: "m.room.create",
  state_key: "",
  sender: alice,
  prev_events: [],
  content,
  ...changes,
});
const creation: JsonObject = { creator: alice };

const createScenarios: readonly AuthScenario[] = [
  {
    title: "a create event that follows another",
    rule: "create.has_prev_events",
    event: create(creation, { prev_events: ["$before"] }),
  },
  {
    title: "a create event of a room on another server",
    rule: "create.room_id_domain_mismatch",
    event: create(creation, { room_id: "!room:o.example" }),
  },
  {
    title: "a create event of a room without server",
    rule: "create.room_id_domain_mismatch",
    event: create(creation, { room_id: "!room" }),
  },
  { title: "a create event with a room ID", rule: "create.has_room_id", event: create(creation) },
  ...["999", "01", 1, null].map((version): AuthScenario => ({
    title: `a create event of room version ${JSON.stringify(version)}`,
    rule: "create.unknown_room_version",
    event: create({ ...creation, room_version: version }, { room_id: undefined }),
    in: (rules) => rules.authorization.roomCreateEventIdAsRoomId,
  })),
  {
    title: "a create event of an unknown room version",
    rule: "create.unknown_room_version",
    event: create({ ...creation, room_version: "999" }),
    in: (rules) => !rules.authorization.roomCreateEventIdAsRoomId,
  },
  { title: "a create event without creator", rule: "create.no_creator", event: create({}) },
  ...[alice, ["carol"], [alice, 1], { 0: alice }, ["@carol"]].map((creators): AuthScenario => ({
    title: `additional_creators that are ${JSON.stringify(creators)}`,
    rule: "create.bad_additional_creators",
    event: create({ additional_creators: creators }, { room_id: undefined }),
  })),
  {
    title: "a create event",
    rule: "create.otherwise_allow",
    event: create(creation),
    in: (rules) => !rules.authorization.roomCreateEventIdAsRoomId,
  },
  {
    title: "a create event with additional creators",
    rule: "create.otherwise_allow",
    event: create({ additional_creators: [carol], room_version: "1" }, { room_id: undefined }),
    in: (rules) => rules.authorization.roomCreateEventIdAsRoomId,
  },
];

const plName = { type: "m.room.name", state_key: "", content: { name: "x" } };

const roomScenarios: readonly AuthScenario[] = [
  { title: "an event of an unknown room", rule: "room_id_is_not_create_event", event: { sender: alice, room_id: "!other" } },
  {
    title: "an event whose room ID has the wrong sigil",
    rule: "room_id_is_not_create_event",
    event: { sender: alice, room_id: "$create" },
  },
  { title: "an event without room ID", rule: "room_id_is_not_create_event", event: { sender: alice, room_id: undefined } },
  {
    title: "an event whose room ID is another event's",
    rule: "room_id_is_not_create_event",
    event: { sender: alice, room_id: "!m.room.join_rules|" },
  },
  {
    title: "an event of a room whose create event was rejected",
    rule: "room_id_is_not_create_event",
    event: { sender: alice },
    stateEvents: { "m.room.create|": { rejected: true } },
  },
  {
    title: "an auth event twice",
    rule: "auth_events.duplicate_entries",
    event: { sender: alice, auth_events: ["$m.room.power_levels|", "$m.room.power_levels|"] },
  },
  {
    title: "an auth event that is not selected",
    rule: "auth_events.unexpected_entries",
    event: { sender: alice, auth_events: ["$m.room.join_rules|"] },
  },
  {
    title: "an auth event that is not selected among others that are",
    rule: "auth_events.unexpected_entries",
    event: { sender: alice, auth_events: ["$m.room.power_levels|", "$m.room.join_rules|"] },
  },
  {
    title: "the create event as auth event",
    rule: "auth_events.unexpected_entries",
    event: { sender: alice, auth_events: ["$create"] },
    in: (rules) => !rules.eventFormat.allowRoomCreateInAuthEvents,
  },
  {
    title: "another member as auth event",
    rule: "auth_events.unexpected_entries",
    event: { sender: alice, auth_events: [`$m.room.member|${bob}`] },
  },
  {
    title: "a rejected auth event",
    rule: "auth_events.rejected_entries",
    event: { sender: alice },
    stateEvents: { "m.room.power_levels|": { rejected: true } },
  },
  {
    title: "auth events without create event",
    rule: "auth_events.no_create_entry",
    event: { sender: alice, auth_events: ["$m.room.power_levels|"] },
  },
  {
    title: "an auth event of another room",
    rule: "auth_events.entry_of_other_room",
    event: { sender: alice },
    stateEvents: { "m.room.power_levels|": { room_id: "!other:a.example" } },
  },
  {
    title: "another server in a room that does not federate",
    rule: "federate_false_other_domain",
    event: { sender: olga },
    state: { "m.room.create|": { creator: alice, "m.federate": false } },
  },
  {
    title: "the creator's server in a room that does not federate",
    rule: "otherwise_allow",
    event: { sender: bob },
    state: { "m.room.create|": { creator: alice, "m.federate": false } },
  },
  { title: "a message by someone who left", rule: "sender_not_joined", event: { sender: frank } },
  { title: "a message by someone unheard of", rule: "sender_not_joined", event: { sender: "@nobody:a.example" } },
  { title: "a message by a member", rule: "otherwise_allow", event: { sender: carol } },
  {
    title: "a message whose content has odd fields",
    rule: "otherwise_allow",
    event: { sender: carol, content: { membership: 3, users: [], third_party_invite: "x", creator: null } },
  },
];

const levelScenarios: readonly AuthScenario[] = [
  { title: "a name by someone below its level", rule: "required_power_level", event: { ...plName, sender: bob } },
  { title: "a name by someone above its level", rule: "otherwise_allow", event: { ...plName, sender: alice } },
  { title: "a topic by a member", rule: "required_power_level", event: { type: "m.room.topic", state_key: "", sender: carol } },
  { title: "a topic at the level for state", rule: "otherwise_allow", event: { type: "m.room.topic", state_key: "", sender: bob } },
  {
    title: "a message where the level for it cannot be read",
    rule: "required_power_level",
    event: { sender: bob },
    state: { "m.room.power_levels|": { users: { [bob]: 50 }, events: { "m.room.message": "high" } } },
  },
  {
    title: "a state event without power levels, by a member",
    rule: "required_power_level",
    event: { type: "m.room.topic", state_key: "", sender: bob },
    state: { "m.room.power_levels|": null },
  },
  {
    title: "a state event without power levels, by the creator",
    rule: "otherwise_allow",
    event: { type: "m.room.topic", state_key: "", sender: alice },
    state: { "m.room.power_levels|": null },
  },
  {
    title: "state at another user's ID",
    rule: "state_key_is_other_user",
    event: { type: "org.example.state", state_key: carol, sender: bob },
  },
  { title: "state at the sender's ID", rule: "otherwise_allow", event: { type: "org.example.state", state_key: bob, sender: bob } },
  {
    title: "a third-party invite by a member",
    outcome: "rejected",
    rule: "third_party_invite.invite_level",
    event: { type: "m.room.third_party_invite", state_key: "token", sender: carol },
  },
  {
    title: "a third-party invite at the invite level",
    outcome: "allowed",
    rule: "third_party_invite.invite_level",
    event: { type: "m.room.third_party_invite", state_key: "token", sender: bob },
    state: { "m.room.power_levels|": { users: { [bob]: 10 }, invite: 10 } },
  },
  { title: "aliases without state key", rule: "aliases.no_state_key", event: { type: "m.room.aliases", sender: carol } },
  {
    title: "aliases of another server",
    rule: "aliases.domain_mismatch",
    event: { type: "m.room.aliases", state_key: "o.example", sender: carol },
  },
  {
    title: "aliases of the sender's server, by someone who is not joined",
    rule: "aliases.otherwise_allow",
    event: { type: "m.room.aliases", state_key: "a.example", sender: frank },
  },
];

const redaction = (sender: string, redacts: string | undefined): EventChanges => ({ type: "m.room.redaction", sender, redacts });
const redactionScenarios: readonly AuthScenario[] = [
  { title: "a redaction at the redact level", rule: "redaction.redact_level", event: redaction(bob, "$x:o.example") },
  { title: "a redaction of an event of the same server", rule: "redaction.same_domain", event: redaction(carol, "$x:a.example") },
  { title: "a redaction of another server's event", rule: "redaction.otherwise_reject", event: redaction(carol, "$x:o.example") },
  { title: "a redaction of nothing", rule: "redaction.otherwise_reject", event: redaction(carol, undefined) },
  {
    title: "a redaction that the rules do not look at",
    rule: "otherwise_allow",
    event: redaction(carol, "$x:o.example"),
    in: (rules) => !rules.authorization.specialCaseRoomRedaction,
  },
];

/** For every authorization rule of every room version at least one scenario in which it decides, and scenarios on both sides of its limits. */
export const authScenarios: readonly AuthScenario[] = [
  ...createScenarios,
  ...roomScenarios,
  ...levelScenarios,
  ...redactionScenarios,
  ...memberScenarios,
  ...powerLevelsScenarios,
];
