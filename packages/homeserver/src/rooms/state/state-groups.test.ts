import * as fc from "fast-check";
import { expect, it } from "vitest";
import { temporaryCore } from "../../../tests/temporary-core.ts";
import type { Core } from "../../log/core.ts";
import { keyList } from "../../store/statement.ts";
import { stateGroupChains } from "../../store/statements/rooms.ts";
import type { GroupedState } from "../room.ts";
import { RoomState, type StateChange } from "./room-state.ts";
import { StateGroups } from "./state-groups.ts";

const room = { nid: 1, shard: 0 };
const none: GroupedState = { stateNid: 0, state: RoomState.empty };
/** The most rows that make up a state. */
const MAX_LAYERS = 4;

/** Makes a group and stores it. */
async function follow(core: Core, groups: StateGroups, before: GroupedState, changes: readonly StateChange[]): Promise<GroupedState> {
  const { operation, ...made } = groups.create(room, before, changes);
  await core.log.append({ positions: [], operations: [operation] });
  return made;
}

/** The layers of a stored group, from the top down: how many changes each has. */
async function layersOf({ store }: Core, nid: number): Promise<number[]> {
  const layers: number[] = [];
  for (let at = nid; at !== 0;) {
    const row = (await store.all(stateGroupChains, keyList([at]))).find(({ state_nid: nid }) => nid === at);
    if (!row) throw new Error(`group ${at} is not stored`);
    layers.push(row.delta.length);
    at = row.base_nid ?? 0;
  }
  return layers;
}

const change = fc.tuple(
  fc.integer({ min: 1, max: 60 }),
  fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.nat(2 ** 40) }),
);
/** A group that follows one of those before it, sometimes after everything has gone from memory. */
const step = fc.record({
  after: fc.nat(),
  changes: fc.array(change, { minLength: 1, maxLength: 12 }).map((list): StateChange[] => [...new Map(list)]),
  reopened: fc.nat(7).map((n) => n === 0),
});

it("loads each state as it was made, removals and branches included, from memory and from the store", async () => {
  await using fixture = await temporaryCore();
  const { core } = fixture;
  const known = new Set<number>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      let groups = await StateGroups.open(core);
      const made: GroupedState[] = [none];
      for (const { after, changes, reopened } of steps) {
        if (reopened) {
          await core.log.flushed();
          groups = await StateGroups.open(core);
        }
        const before = made[after % made.length] ?? none;
        await groups.prepare(before.stateNid);
        const { operation, ...group } = groups.create(room, before, changes);
        void core.log.append({ positions: [], operations: [operation] });
        made.push(group);
      }
      await core.log.flushed();
      const reopened = await StateGroups.open(core);
      for (const { stateNid, state } of made) {
        for (const reader of [groups, reopened]) expect([...(await reader.load(stateNid)).entries()]).toEqual([...state.entries()]);
        expect((await layersOf(core, stateNid)).length).toBeLessThanOrEqual(MAX_LAYERS);
        expect(known.has(stateNid)).toBe(false);
        if (stateNid !== 0) known.add(stateNid);
      }
    }),
    { numRuns: 20 },
  );
}, 60_000);

it("never gives a number again, over a restart", async () => {
  await using fixture = await temporaryCore();
  const one = await follow(fixture.core, await StateGroups.open(fixture.core), none, [[1, 10]]);
  const core = await fixture.restart();
  const groups = await StateGroups.open(core);
  const two = await follow(core, groups, one, [[2, 20]]);
  expect(two.stateNid).toBeGreaterThan(one.stateNid);
  expect([...(await (await StateGroups.open(core)).load(two.stateNid)).entries()]).toEqual([
    [1, 10],
    [2, 20],
  ]);
});

it("writes small changes on top of large states, and merges them when they have grown to half of what is below", async () => {
  await using fixture = await temporaryCore();
  const groups = await StateGroups.open(fixture.core);
  const changes = (count: number): StateChange[] => Array.from({ length: count }, (_, i) => [i + 1, i + 1]);
  const layers: number[] = [];
  let at = await follow(fixture.core, groups, none, changes(64));
  for (const size of [31, 15, 7, 3, 1, 32]) {
    at = await follow(fixture.core, groups, at, changes(size));
    layers.push((await layersOf(fixture.core, at.stateNid)).length);
  }
  expect(layers).toEqual([2, 3, 4, 4, 4, 1]);
});

it("lets a chain of layers that are not in memory grow by one at most", async () => {
  await using fixture = await temporaryCore();
  const changes = (count: number): StateChange[] => Array.from({ length: count }, (_, i) => [i + 1, i + 1]);
  let groups = await StateGroups.open(fixture.core);
  let at = none;
  for (const size of [64, 31, 15, 7]) at = await follow(fixture.core, groups, at, changes(size));
  expect(await layersOf(fixture.core, at.stateNid)).toHaveLength(MAX_LAYERS);
  groups = await StateGroups.open(fixture.core);
  for (const size of [20, 9, 4, 1]) {
    at = await follow(fixture.core, groups, at, changes(size));
    expect(await layersOf(fixture.core, at.stateNid)).toHaveLength(MAX_LAYERS + 1);
  }
});

it("writes no removals down where nothing is below", async () => {
  await using fixture = await temporaryCore();
  const groups = await StateGroups.open(fixture.core);
  const one = await follow(fixture.core, groups, none, [
    [1, 10],
    [2, 20],
  ]);
  const two = await follow(fixture.core, groups, one, [
    [1, 0],
    [2, 0],
  ]);
  expect(await layersOf(fixture.core, two.stateNid)).toEqual([0]);
  expect((await (await StateGroups.open(fixture.core)).load(two.stateNid)).size).toBe(0);
});

it("knows the empty state by the number 0, and no group that was never made", async () => {
  await using fixture = await temporaryCore();
  const groups = await StateGroups.open(fixture.core);
  expect((await groups.load(0)).size).toBe(0);
  await expect(groups.load(64)).rejects.toThrow(RangeError);
});
