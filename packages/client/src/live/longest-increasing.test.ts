import * as fc from "fast-check";
import { expect, it } from "vitest";
import { applyDiffs, diffLists } from "./list-diff.ts";
import { longestIncreasing } from "./longest-increasing.ts";

it("finds a longest part that increases, and leaves negative numbers out", () => {
  const numbers = fc.uniqueArray(fc.integer({ min: -3, max: 12 }), { maxLength: 9 });
  fc.assert(
    fc.property(numbers, (all) => {
      const found = longestIncreasing(all).map((place) => all[place] ?? -1);
      expect(found).toEqual(found.toSorted((a, b) => a - b));
      expect(found.every((number) => number >= 0)).toBe(true);
      let longest = 0;
      for (let mask = 0; mask < 2 ** all.length; mask += 1) {
        const part = all.filter((number, place) => number >= 0 && (mask >> place) % 2 === 1);
        if (part.every((number, place) => place === 0 || number > (part[place - 1] ?? 0))) longest = Math.max(longest, part.length);
      }
      expect(found.length).toBe(longest);
    }),
  );
});

it("lets a list say that one item has moved, whatever the length, and that another has changed", () => {
  const before = Array.from({ length: 500 }, (_, id) => ({ id, text: "old" }));
  const changed = { id: 7, text: "new" };
  const rest = before.filter(({ id }) => id !== 400).map((item) => (item.id === 7 ? changed : item));
  const after = [before[400] ?? changed, ...rest];
  const diffs = diffLists(before, after, { keyOf: ({ id }) => id });
  expect(diffs).toEqual([
    { op: "remove", at: 400 },
    { op: "insert", at: 0, item: before[400] },
    { op: "set", at: 8, item: changed },
  ]);
  expect(applyDiffs(before, diffs)).toEqual(after);
  expect(diffLists(before, before.slice(0, 0))).toEqual([{ op: "reset", items: [] }]);
});
