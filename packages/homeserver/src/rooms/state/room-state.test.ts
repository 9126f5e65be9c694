import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeChanges, encodeChanges, RoomState, type StateChange } from "./room-state.ts";

const entry = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 2 ** 40 }));
/** Changes of a state, at most one of each key. */
const changes = fc.array(entry, { maxLength: 30 }).map((list): StateChange[] => [...new Map(list)]);

/** What a map would make of the same changes. */
function apply(state: ReadonlyMap<number, number>, made: readonly StateChange[]): Map<number, number> {
  const after = new Map(state);
  for (const [key, event] of made) {
    if (event === 0) after.delete(key);
    else after.set(key, event);
  }
  return after;
}

const sorted = (map: ReadonlyMap<number, number>): unknown => [...map].toSorted(([a], [b]) => a - b);

describe("a state", () => {
  it("holds what a map would hold, in the order of its keys, and stays as it was when it is changed", () => {
    fc.assert(
      fc.property(fc.array(changes, { maxLength: 6 }), (steps) => {
        let state = RoomState.empty;
        let model: ReadonlyMap<number, number> = new Map();
        for (const made of steps) {
          const before = [...state.entries()];
          const after = state.with(made);
          expect([...state.entries()]).toEqual(before);
          model = apply(model, made);
          state = after;
          expect([...state.entries()]).toEqual(sorted(model));
          expect(state.size).toBe(model.size);
          for (let key = 0; key <= 41; key++) expect(state.get(key)).toBe(model.get(key));
        }
      }),
    );
  });

  it("tells what must change in another to become it", () => {
    fc.assert(
      fc.property(changes, changes, (a, b) => {
        const [from, to] = [RoomState.empty.with(a), RoomState.empty.with(b)];
        expect([...from.with(to.changesSince(from)).entries()]).toEqual([...to.entries()]);
        expect(to.changesSince(to)).toEqual([]);
        const again = to.with([]);
        expect(again.changesSince(to)).toEqual([]);
      }),
    );
  });
});

it("writes changes down and reads them again, in the order of their keys", () => {
  fc.assert(
    fc.property(changes, (made) => {
      expect(decodeChanges(encodeChanges(made))).toEqual(made.toSorted(([a], [b]) => a - b));
    }),
  );
});
