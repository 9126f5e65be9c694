import { expect, it } from "vitest";
import { ChangedThings } from "./changed-things.ts";

it("gives out what changed first, each once, and forgets what changed longest ago", () => {
  const changed = new ChangedThings(3);
  for (const nid of [1, 2, 1, 3, 4]) changed.note(nid);
  expect(changed.take(2)).toEqual([1, 3]);
  expect(changed.take(2)).toEqual([4]);
  expect(changed.take(2)).toEqual([]);
});
