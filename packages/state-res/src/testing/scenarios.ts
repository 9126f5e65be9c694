import { joinRule, membership, powerLevels, type Scenario, topic } from "./scenario.ts";

const bobAndCarol = [membership("bob", "bob", "join"), membership("carol", "carol", "join")];
const bobModerates = [...bobAndCarol, powerLevels("alice", { bob: 50 })];
const levelsBob = 'alice: levels {"bob":50}';

/** Forks that people know from practice, with the state that must come out. */
export const scenarios: readonly Scenario[] = [
  {
    title: "two users join at the same time",
    common: [],
    forks: [[membership("bob", "bob", "join")], [membership("carol", "carol", "join")]],
    expected: { "m.room.member|@bob:bob.example": "bob: join", "m.room.member|@carol:carol.example": "carol: join" },
  },
  {
    title: "a moderator changes the topic while being banned",
    common: bobModerates,
    forks: [[topic("bob", "mine")], [membership("alice", "bob", "ban")]],
    expected: { "m.room.member|@bob:bob.example": "alice: ban bob" },
    // Version 1 keeps what only one state has.
    expectedBy: { v1: { "m.room.topic|": "bob: topic mine" } },
  },
  {
    title: "a moderator makes a friend one while being banned",
    common: bobModerates,
    forks: [[powerLevels("bob", { bob: 50, carol: 50 })], [membership("alice", "bob", "ban")]],
    expected: { "m.room.member|@bob:bob.example": "alice: ban bob", "m.room.power_levels|": levelsBob },
  },
  {
    title: "a moderator bans a member while being demoted",
    common: bobModerates,
    forks: [[membership("bob", "carol", "ban")], [powerLevels("alice", { bob: 0 })]],
    expected: { "m.room.power_levels|": 'alice: levels {"bob":0}', "m.room.member|@carol:carol.example": "carol: join" },
  },
  {
    title: "someone joins while the room closes",
    common: [],
    forks: [[membership("bob", "bob", "join")], [joinRule("alice", "invite")]],
    expected: { "m.room.join_rules|": "alice: join rule invite" },
    expectedBy: { v1: { "m.room.member|@bob:bob.example": "bob: join" } },
  },
  {
    title: "two topics, of which the later wins",
    common: bobModerates,
    forks: [[topic("alice", "first")], [topic("bob", "second")]],
    expected: { "m.room.topic|": "bob: topic second" },
    expectedBy: { v1: {} },
  },
  {
    title: "two topics of a moderator who gets banned, so that neither is allowed",
    common: bobModerates,
    forks: [[topic("bob", "older")], [joinRule("alice", "public"), topic("bob", "newer"), membership("alice", "bob", "ban")]],
    expected: { "m.room.member|@bob:bob.example": "alice: ban bob", "m.room.topic|": "" },
    // Version 1 goes back to the oldest.
    expectedBy: { v1: { "m.room.member|@bob:bob.example": "alice: ban bob", "m.room.topic|": "bob: topic older" } },
  },
];
