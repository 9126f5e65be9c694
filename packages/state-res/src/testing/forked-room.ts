import type { RoomVersionRules } from "@patrix/room-versions";
import type { AuthEvent } from "../authorization/auth-event.ts";
import type { StateMap } from "../resolution/state-map.ts";
import { seededRandom } from "./random.ts";
import { type Branch, TestRoom } from "./test-room.ts";

/** Size of a room that {@link makeForkedRoom} makes. */
export interface ForkedRoomSize {
  /** Users joined where the room forks. */
  readonly members: number;
  /** Membership events before the fork, besides the joins of these users: profile changes, so that auth chains are long. */
  readonly profileChanges: number;
  readonly forks: number;
  /** Events of each fork, in turn power levels, a kick or ban, and a topic. */
  readonly eventsPerFork: number;
  /** Whether forks have power events only. */
  readonly isPowerOnly?: boolean | undefined;
}

/** A room with states to resolve; as JSON it has the form of the shared fixtures. */
export interface ForkedRoom {
  readonly roomVersion: string;
  readonly pdus: readonly AuthEvent[];
  /** The state of each fork, as event IDs. */
  readonly stateMaps: readonly (readonly string[])[];
}

/** Sizes that speed is measured with. */
export const benchmarkSizes: Readonly<Record<"small" | "members" | "deep", ForkedRoomSize>> = {
  small: { members: 20, profileChanges: 30, forks: 2, eventsPerFork: 24 },
  members: { members: 10_000, profileChanges: 0, forks: 4, eventsPerFork: 125 },
  deep: { members: 1000, profileChanges: 194_000, forks: 2, eventsPerFork: 2500, isPowerOnly: true },
};

const creator = "@creator:example.org";
const moderators = Array.from({ length: 10 }, (_, index) => `@moderator${index}:example.org`);
const PROFILE_CHANGES_PER_LEVELS = 200;

/** Makes a room with readable event IDs whose forks disagree, the same for the same seed. */
export function makeForkedRoom(
  rules: RoomVersionRules,
  size: ForkedRoomSize,
  seed = 1,
): ForkedRoom & { readonly room: TestRoom; readonly states: readonly StateMap[] } {
  const random = seededRandom(seed);
  const room = new TestRoom(rules);
  const main = room.start();
  const members = Array.from({ length: size.members }, (_, index) => `@member${index}:example.org`);
  begin(room, main);
  for (const user of [...moderators, ...members]) join(room, main, user, "");
  for (let change = 1; change <= size.profileChanges; change += 1) {
    if (change % PROFILE_CHANGES_PER_LEVELS === 0) setLevels(room, main, creator, change % 7);
    join(room, main, random.pick(members), `name ${change}`);
  }
  const forks = Array.from({ length: size.forks }, () => room.fork(main));
  for (const fork of forks) {
    for (let event = 0; event < size.eventsPerFork; event += 1) {
      const sender = random.pick(moderators);
      const kind = event % (size.isPowerOnly === true ? 2 : 3);
      if (kind === 0) setLevels(room, fork, sender, 1 + random.below(49));
      else if (kind === 1) remove(room, fork, sender, random.pick(members), random.pick(["leave", "ban"]));
      else room.sendUnchecked(fork, { type: "m.room.topic", sender, state_key: "", content: { topic: `topic ${event}` } });
    }
  }
  return {
    roomVersion: rules.id,
    pdus: [...room.events.values()],
    stateMaps: forks.map((fork) => room.listState(fork)),
    room,
    states: forks.map(({ state }) => state),
  };
}

function begin(room: TestRoom, main: Branch): void {
  room.sendUnchecked(main, {
    type: "m.room.create",
    sender: creator,
    state_key: "",
    content: room.rules.authorization.useRoomCreateSender ? { room_version: room.rules.id } : { room_version: room.rules.id, creator },
  });
  join(room, main, creator, "");
  setLevels(room, main, creator, 0);
  room.sendUnchecked(main, { type: "m.room.join_rules", sender: creator, state_key: "", content: { join_rule: "public" } });
}

function join(room: TestRoom, branch: Branch, user: string, displayname: string): void {
  room.sendUnchecked(branch, { type: "m.room.member", sender: user, state_key: user, content: { membership: "join", displayname } });
}

function remove(room: TestRoom, branch: Branch, sender: string, target: string, membership: string): void {
  room.sendUnchecked(branch, { type: "m.room.member", sender, state_key: target, content: { membership } });
}

function setLevels(room: TestRoom, branch: Branch, sender: string, eventLevel: number): void {
  const isCreatorListed = !room.rules.authorization.explicitlyPrivilegeRoomCreators;
  const users = Object.fromEntries([...moderators.map((user) => [user, 50]), ...(isCreatorListed ? [[creator, 100]] : [])]);
  const content = { users, events: { "m.room.topic": 50, "org.example.custom": eventLevel } };
  room.sendUnchecked(branch, { type: "m.room.power_levels", sender, state_key: "", content });
}
