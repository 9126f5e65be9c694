import type { RoomVersionRules } from "@patrix/room-versions";
import type { JsonObject } from "@patrix/signatures";
import type { StateMap } from "../resolution/state-map.ts";
import { type SeededRandom, seededRandom } from "./random.ts";
import { beginRoom, userOf } from "./scenario.ts";
import { type Branch, type EventDraft, TestRoom } from "./test-room.ts";

/** A room that fell apart, at random but the same for the same seed. */
export interface TortureRoom {
  readonly room: TestRoom;
  /** The states at the ends of the room. */
  readonly states: readonly StateMap[];
}

/** How a room is tortured. */
export interface TortureOptions {
  readonly seed: number;
  /** Attempts to send an event; many are rejected. Default 60. */
  readonly attempts?: number | undefined;
  /** Ends that there may be at once. Default 4. */
  readonly maxBranches?: number | undefined;
}

const users = ["alice", "bob", "carol", "dave", "erin"].map(userOf);
const anyLevel = [-1, 0, 25, 49, 50, 51, 99, 100];

/**
 * Makes a room in which people fight: they ban, kick and demote one another, join again at once, close and open the room, on forks that split
 * and merge, with clocks that lie. Every event is allowed at its place, as in a real room.
 */
export function tortureRoom(rules: RoomVersionRules, { seed, attempts = 60, maxBranches = 4 }: TortureOptions): TortureRoom {
  const random = seededRandom(seed);
  const room = new TestRoom(rules);
  let branches: Branch[] = [beginRoom(room)];
  for (const user of users.slice(1)) for (const branch of branches) room.trySend(branch, memberDraft(user, user, "join"));
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const branch = random.pick(branches);
    const chance = random.next();
    if (chance < 0.08 && branches.length < maxBranches) branches.push(room.fork(branch));
    else if (chance < 0.12 && branches.length > 1) branches = mergeTwo(room, branches, random);
    else room.trySend(branch, randomDraft(room, branch, random));
  }
  return { room, states: branches.map(({ state }) => state) };
}

function mergeTwo(room: TestRoom, branches: readonly Branch[], random: SeededRandom): Branch[] {
  const first = random.pick(branches);
  const second = random.pick(branches);
  return [...branches.filter((branch) => branch !== first && branch !== second), room.merge([...new Set([first, second])])];
}

function memberDraft(sender: string, target: string, value: string, more: JsonObject = {}): EventDraft {
  return { type: "m.room.member", sender, state_key: target, content: { membership: value, ...more } };
}

function randomDraft(room: TestRoom, branch: Branch, random: SeededRandom): EventDraft {
  const sender = random.pick(users);
  const draft = random.pick(kinds)(sender, random, room, branch);
  // Equal and backward times leave the decision to the event IDs.
  return random.next() < 0.5 ? draft : { ...draft, origin_server_ts: 1_700_000_000_000 + random.below(20) };
}

type Kind = (sender: string, random: SeededRandom, room: TestRoom, branch: Branch) => EventDraft;

const joinAgain: Kind = (sender) => memberDraft(sender, sender, "join");
const leave: Kind = (sender) => memberDraft(sender, sender, "leave");
const knock: Kind = (sender) => memberDraft(sender, sender, "knock");
const act: Kind = (sender, random) => memberDraft(sender, random.pick(users), random.pick(["ban", "leave", "invite"]));
const joinThrough: Kind = (sender, random) => memberDraft(sender, sender, "join", { join_authorised_via_users_server: random.pick(users) });
const setJoinRule: Kind = (sender, random) => ({
  type: "m.room.join_rules",
  sender,
  state_key: "",
  content: { join_rule: random.pick(["public", "invite", "knock", "restricted", "knock_restricted"]) },
});
const setTopic: Kind = (sender, random) => ({ type: "m.room.topic", sender, state_key: "", content: { topic: `${random.below(1000)}` } });

/** Keeps most of the present levels, because others are seldom allowed. */
const setLevels: Kind = (sender, random, room, branch) => {
  const current = room.events.get(branch.state.get("m.room.power_levels")?.get("") ?? "")?.content ?? {};
  const changed = { [random.pick(users)]: random.pick(anyLevel) };
  const content =
    random.next() < 0.7
      ? { users: merged(current["users"], changed) }
      : { [random.pick(["ban", "kick", "invite", "state_default"])]: random.pick(anyLevel) };
  return { type: "m.room.power_levels", sender, state_key: "", content: { ...current, ...content } };
};

function merged(held: unknown, changed: JsonObject): JsonObject {
  return typeof held === "object" && held !== null ? { ...held, ...changed } : changed;
}

const kinds: readonly Kind[] = [
  joinAgain,
  joinAgain,
  joinAgain,
  leave,
  knock,
  act,
  act,
  act,
  joinThrough,
  setJoinRule,
  setTopic,
  setTopic,
  setLevels,
  setLevels,
];
