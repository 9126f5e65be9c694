import * as fc from "fast-check";
import { expect, it } from "vitest";
import { temporaryCore } from "../../../tests/temporary-core.ts";
import type { Core } from "../../log/core.ts";
import { stateGroup } from "../../store/statements/rooms.ts";
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
    const row = await store.get(stateGroup, at);
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
/** A group that follows one of those before it, sometimes after a restart, sometimes with the layers below brought into memory. */
const step = fc.record({
  after: fc.nat(),
  changes: fc.array(change, { minLength: 1, maxLength: 12 }).map((list): StateChange[] => [...new Map(list)]),
  restarted: fc.nat(7).map((n) => n === 0),
  prepared: fc.boolean(),
});

it("loads each state as it was made, removals and branches included, from memory and after restarts", async () => {
  await using fixture = await temporaryCore();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      let { core } = fixture;
      let groups = await StateGroups.open(core);
      const made: GroupedState[] = [none];
      for (const { after, changes, restarted, prepared } of steps) {
        if (restarted) {
          core = await fixture.restart();
          groups = await StateGroups.open(core);
        }
        const before = made[after % made.length] ?? none;
        if (prepared) await groups.prepare(before.stateNid);
        made.push(await follow(core, groups, before, changes));
      }
      const reopened = await StateGroups.open(core);
      for (const { stateNid, state } of made) {
        for (const reader of [groups, reopened]) expect([...(await reader.load(stateNid)).entries()]).toEqual([...state.entries()]);
        expect((await layersOf(core, stateNid)).length).toBeLessThanOrEqual(MAX_LAYERS);
      }
      expect(new Set(made.map(({ stateNid }) => stateNid)).size).toBe(made.length);
    }),
    { numRuns: 15 },
  );
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
