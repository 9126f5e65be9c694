import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { partition } from "./partition.ts";
import { type StateMap, stateEntries } from "./state-map.ts";

const state = fc
  .uniqueArray(fc.record({ type: fc.constantFrom("a", "b"), key: fc.constantFrom("", "x", "y"), id: fc.constantFrom("$1", "$2") }), {
    selector: ({ type, key }) => `${type} ${key}`,
  })
  .map((entries): StateMap => {
    const types = [...new Set(entries.map(({ type }) => type))];
    return new Map(types.map((type) => [type, new Map(entries.filter((entry) => entry.type === type).map(({ key, id }) => [key, id]))]));
  });

const list = (map: StateMap): string[] =>
  Array.from(stateEntries(map), ({ type, stateKey, eventId }) => `${type} ${stateKey} ${eventId}`).toSorted();

describe("division of states", () => {
  it("puts a key into the unconflicted state map where every state has the same event there, and all else into the conflicted state set", () => {
    const seen = { agreed: 0, conflicted: 0, onlyLater: 0 };
    fc.assert(
      fc.property(fc.array(state, { minLength: 1, maxLength: 4 }), (states) => {
        const { unconflicted, conflicted, indices } = partition(states);
        const [first = [], ...others] = states.map(list);
        const agreed = first.filter((entry) => others.every((other) => other.includes(entry)));
        expect(list(unconflicted)).toEqual(agreed);
        const beyond = conflicted.map((entries) =>
          entries.map(({ type, stateKey, eventId }) => `${type} ${stateKey} ${eventId}`).toSorted(),
        );
        expect(beyond).toEqual(indices.map((index) => list(states[index]!).filter((entry) => !agreed.includes(entry))));
        seen.agreed += agreed.length;
        seen.conflicted += beyond.flat().length;
        const keys = first.map((entry) => entry.slice(0, -3));
        seen.onlyLater += others.flat().filter((entry) => !keys.includes(entry.slice(0, -3))).length;
      }),
      { numRuns: 300 },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(50);
  });

  it("keeps what states share by identity", () => {
    const shared = new Map([["", "$create"]]);
    const states = ["$1", "$2"].map(
      (id): StateMap =>
        new Map([
          ["m.room.create", shared],
          ["m.room.topic", new Map([["", id]])],
        ]),
    );
    expect(partition(states).unconflicted.get("m.room.create")).toBe(shared);
    expect(partition([...states, ...states]).indices).toEqual([0, 1]);
  });
});
