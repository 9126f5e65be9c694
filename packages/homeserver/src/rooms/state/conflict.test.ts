import * as fc from "fast-check";
import { type AuthEvent, resolveState, type StateMap, toStateMap } from "@patrix/state-res";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { type Resolvers, resolversOf } from "../../../tests/resolvers.ts";
import { RemoteServer } from "../../../tests/remote/remote-server.ts";
import { alice, roomOf } from "../../../tests/room-of.ts";
import { WatchedStore } from "../../../tests/watched-store.ts";
import type { LoadedRoom } from "../room.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import type { StateResolver } from "./resolve.ts";
import type { RoomState } from "./room-state.ts";
import { findStateKey } from "./state-key.ts";

const watched = new WatchedStore();
let fixture: ComposedRooms;
let resolvers: Resolvers;
let resolver: StateResolver;
let inThread: StateResolver;
beforeAll(async () => {
  fixture = await openRooms({ wrapStore: watched.wrap });
  resolvers = resolversOf(fixture);
  ({ resolver, inThread } = resolvers);
});
afterAll(async () => {
  await resolvers[Symbol.asyncDispose]();
  await fixture[Symbol.asyncDispose]();
});

const users = ["@rita:remote.example", "@sam:remote.example", "@tom:remote.example"] as const;
const VERSIONS = ["1", "2", "10", "11", "12"];

/** One end of a room's graph. */
interface Branch {
  readonly last: StoredEvent;
  readonly state: RoomState;
}

/** What somebody does at one end of the graph, which by then others may have left behind. */
interface Step {
  readonly branch: number;
  readonly user: (typeof users)[number];
  readonly kind: "topic" | "levels" | "ban" | "kick" | "join" | "rules";
  readonly target: (typeof users)[number];
  readonly ts: number;
  /** Whether the branch goes on beside what comes. */
  readonly forks: boolean;
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    branch: fc.nat(5),
    user: fc.constantFrom(...users),
    kind: fc.constantFrom("topic", "topic", "levels", "ban", "kick", "join", "rules"),
    target: fc.constantFrom(...users),
    ts: fc.integer({ min: 1, max: 100 }),
    forks: fc.boolean(),
  }),
  { minLength: 8, maxLength: 30 },
);

function draftOf({ kind, target, user, ts }: Step): { readonly type: string; readonly stateKey: string; readonly content: object } {
  const member = (userId: string, membership: string) => ({ type: "m.room.member", stateKey: userId, content: { membership } });
  switch (kind) {
    case "levels":
      return {
        type: "m.room.power_levels",
        stateKey: "",
        content: { users: { [alice]: 100, [user]: 100, [target]: ts }, state_default: 0 },
      };
    case "ban":
      return member(target, "ban");
    case "kick":
      return member(target, "leave");
    case "join":
      return member(user, "join");
    case "rules":
      return { type: "m.room.join_rules", stateKey: "", content: { join_rule: ts > 30 ? "public" : "invite" } };
    default:
      return { type: "m.room.topic", stateKey: "", content: { topic: `${user} ${ts}` } };
  }
}

async function eventOf(nid: number | undefined): Promise<StoredEvent> {
  return (await fixture.rooms.events.get(nid ?? 0)) ?? expect.unreachable("the event is stored");
}

async function sharedRoom(version: string): Promise<{ readonly room: LoadedRoom; readonly begin: Branch }> {
  const levels = { state_default: 0, events: {}, users: version === "12" ? { [users[0]]: 100 } : { [alice]: 100, [users[0]]: 100 } };
  const room = await roomOf(fixture, { version, initialState: [{ type: "m.room.power_levels", content: levels }] });
  const remote = new RemoteServer("remote.example", fixture);
  for (const user of users) {
    const join = { type: "m.room.member", stateKey: user, sender: user, content: { membership: "join" } };
    await remote.send(room, { ...join, after: [await eventOf(room.head.tips.at(-1)?.nid)], state: room.head.state });
  }
  return { room, begin: { last: await eventOf(room.head.tips.at(-1)?.nid), state: room.head.state } };
}

/** Lets everybody do something, each where the graph was for them. @returns The ends of the graph, the last ones first. */
async function branchesAfter(room: LoadedRoom, begin: Branch, all: readonly Step[]): Promise<Branch[]> {
  const remote = new RemoteServer("remote.example", fixture);
  const branches: Branch[] = [begin];
  for (const step of all) {
    const at = step.branch % branches.length;
    const branch = branches[at];
    if (!branch) continue;
    const { type, stateKey, content } = draftOf(step);
    const draft = { type, stateKey, content: content as never, sender: step.user, after: [branch.last], state: branch.state, ts: step.ts };
    const sent = await remote.send(room, draft).catch(() => undefined);
    if (sent?.outcome !== "accepted") continue;
    const key = await findStateKey(fixture.core, type, stateKey);
    const next = { last: sent.event, state: branch.state.with([[key ?? 0, sent.event.nid]]) };
    branches.splice(at, step.forks ? 0 : 1, next);
  }
  return branches;
}

/** What the algorithm makes of whole states, through whole auth chains. */
async function resolveWhole(states: readonly RoomState[], room: LoadedRoom): Promise<[string, string][]> {
  const { events } = fixture.rooms;
  const maps: StateMap[] = [];
  for (const state of states) {
    const stored = await events.load([...state.entries()].map(([, nid]) => nid));
    maps.push(toStateMap([...stored.values()].map(({ authEvent }) => authEvent)));
  }
  const fetchEvents = async (ids: readonly string[]): Promise<Map<string, AuthEvent>> =>
    new Map([...(await events.loadByIds(ids))].map(([id, event]) => [id, event.authEvent]));
  const { state } = await resolveState(maps, { rules: room.rules, store: { fetchEvents } });
  return [...state]
    .flatMap(([type, inner]) => [...inner].map(([stateKey, id]): [string, string] => [`${type} ${stateKey}`, id]))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

async function namesOf(state: RoomState): Promise<[string, string][]> {
  const stored = await fixture.rooms.events.load([...state.entries()].map(([, nid]) => nid));
  const named = [...stored.values()].map(({ eventId, fields }): [string, string] => [`${fields.type} ${fields.stateKey}`, eventId]);
  return named.toSorted(([a], [b]) => (a < b ? -1 : 1));
}

describe("states that are resolved by what is in conflict alone", () => {
  it.each(VERSIONS)("are those of the whole algorithm, in rooms of version %s", { timeout: 120_000 }, async (version) => {
    let compared = 0;
    let conflicts = 0;
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const { room, begin } = await sharedRoom(version);
        const branches = await branchesAfter(room, begin, all);
        for (let first = 0; first < branches.length; first++) {
          const states = branches.slice(first, first + 3).map(({ state }) => state);
          const resolved = await resolver.resolve(states, room.rules);
          expect(await namesOf(resolved)).toEqual(await resolveWhole(states, room));
          expect([...(await inThread.resolve(states, room.rules)).entries()]).toEqual([...resolved.entries()]);
          compared++;
          if (states.some((state) => state.changesSince(states[0] ?? state).length > 0)) conflicts++;
        }
      }),
      { numRuns: Number(process.env["RUNS"] ?? 12), ...(process.env["SEED"] !== undefined && { seed: Number(process.env["SEED"]) }) },
    );
    expect(compared).toBeGreaterThan(30);
    expect(conflicts).toBeGreaterThan(20);
  });

  it("cost the same in a room with many members", async () => {
    const { room, begin } = await sharedRoom("11");
    const fork = await branchesAfter(room, begin, [
      { branch: 0, user: users[0], kind: "topic", target: users[0], ts: 5, forks: true },
      { branch: 1, user: users[1], kind: "topic", target: users[1], ts: 6, forks: true },
    ]);
    const many = Array.from({ length: 500 }, (_, i) => [1_000_000 + i, begin.last.nid] as const);
    const states = fork.map(({ state }) => state.with(many));
    const read: string[] = [];
    watched.afterRead = (statement) => void read.push(statement);
    const resolved = await resolver.resolve(states, room.rules);
    watched.afterRead = undefined;
    expect(resolved.size).toBeGreaterThan(500);
    expect(read.length).toBeLessThan(40);
  });
});
