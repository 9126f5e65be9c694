import type { RoomVersionRules } from "@patrix/room-versions";
import type { JsonObject } from "@patrix/signatures";
import type { AuthEvent } from "../authorization/auth-event.ts";
import type { StateMap } from "../resolution/state-map.ts";
import { type Branch, type EventDraft, type ServerKeys, TestRoom } from "./test-room.ts";

/** One event of a scenario: a line that people can read, and what it sends. */
export interface ScenarioStep {
  /** What happens, such as `alice bans bob`; unique in its scenario. */
  readonly title: string;
  /** Makes the event for a room version. */
  readonly draft: (rules: RoomVersionRules) => EventDraft;
}

/** A forked room, readable: what happens before it forks, what happens in each fork, and what the resolved state must be. */
export interface Scenario {
  readonly title: string;
  /** After Alice has made the room, with the creator's level, and join rule `public`. */
  readonly common: readonly ScenarioStep[];
  readonly forks: readonly (readonly ScenarioStep[])[];
  /** By `type|state key`, the title of the step whose event wins; `""` where the one from the beginning of the room does. */
  readonly expected: Readonly<Record<string, string>>;
  /** Other winners by state resolution algorithm. */
  readonly expectedBy?: Readonly<Partial<Record<RoomVersionRules["stateResolution"], Readonly<Record<string, string>>>>> | undefined;
}

/** A scenario as a room. */
export interface ScenarioRoom {
  readonly room: TestRoom;
  readonly branches: readonly Branch[];
  readonly states: readonly StateMap[];
  /** The event of each step by title. */
  readonly events: ReadonlyMap<string, AuthEvent>;
}

/** The full user ID of a name in a scenario; each person is on a server of their own. */
export function userOf(name: string): string {
  return `@${name}:${name}.example`;
}

/** `by` changes the membership of `target`. */
export function membership(by: string, target: string, value: string): ScenarioStep {
  const title = by === target ? `${by}: ${value}` : `${by}: ${value} ${target}`;
  return stateStep(title, by, "m.room.member", userOf(target), () => ({ membership: value }));
}

/** `by` sets the power levels of users by name; Alice's is added where creators must be listed. */
export function powerLevels(by: string, users: Readonly<Record<string, number>>, more: JsonObject = {}): ScenarioStep {
  return stateStep(`${by}: levels ${JSON.stringify({ ...users, ...more })}`, by, "m.room.power_levels", "", (rules) => {
    const levels = rules.authorization.explicitlyPrivilegeRoomCreators ? users : { alice: 100, ...users };
    return { users: Object.fromEntries(Object.entries(levels).map(([name, level]) => [userOf(name), level])), ...more };
  });
}

/** `by` sets the join rule. */
export function joinRule(by: string, rule: string): ScenarioStep {
  return stateStep(`${by}: join rule ${rule}`, by, "m.room.join_rules", "", () => ({ join_rule: rule }));
}

/** `by` sets the topic. */
export function topic(by: string, text: string): ScenarioStep {
  return stateStep(`${by}: topic ${text}`, by, "m.room.topic", "", () => ({ topic: text }));
}

function stateStep(
  title: string,
  by: string,
  type: string,
  stateKey: string,
  content: (rules: RoomVersionRules) => JsonObject,
): ScenarioStep {
  return { title, draft: (rules) => ({ type, sender: userOf(by), state_key: stateKey, content: content(rules) }) };
}

/** The first events of every scenario: Alice makes a public room. */
export function beginRoom(room: TestRoom, creator: string = userOf("alice")): Branch {
  const branch = room.start();
  const { useRoomCreateSender, explicitlyPrivilegeRoomCreators } = room.rules.authorization;
  const content = { room_version: room.rules.id, ...(useRoomCreateSender ? {} : { creator }) };
  const users = explicitlyPrivilegeRoomCreators ? {} : { [creator]: 100 };
  room.send(branch, { type: "m.room.create", sender: creator, state_key: "", content });
  room.send(branch, { type: "m.room.member", sender: creator, state_key: creator, content: { membership: "join" } });
  room.send(branch, { type: "m.room.power_levels", sender: creator, state_key: "", content: { users } });
  room.send(branch, { type: "m.room.join_rules", sender: creator, state_key: "", content: { join_rule: "public" } });
  return branch;
}

/** Plays a scenario in a room version: every event must be allowed where it is sent. With keys the room is real, hashed and signed. */
export function playScenario(scenario: Scenario, rules: RoomVersionRules, keys?: ServerKeys): ScenarioRoom {
  const room = new TestRoom(rules, keys);
  const main = beginRoom(room);
  const events = new Map<string, AuthEvent>();
  const play = (branch: Branch, steps: readonly ScenarioStep[]): void => {
    for (const { title, draft } of steps) events.set(title, room.send(branch, draft(rules)));
  };
  play(main, scenario.common);
  const branches = scenario.forks.map((steps) => {
    const branch = room.fork(main);
    play(branch, steps);
    return branch;
  });
  return { room, branches, states: branches.map(({ state }) => state), events };
}
