import { setImmediate as nextRound } from "node:timers/promises";
import { expect, it } from "vitest";
import { nextTurn, turnIfDue } from "./turns.ts";

it("gives one turn in each round of the event loop, in the order of asking", async () => {
  const done: number[] = [];
  const all = Promise.all([1, 2, 3].map((i) => nextTurn().then(() => done.push(i))));
  const seen: number[] = [];
  for (let round = 0; round < 4; round++) {
    await nextRound();
    seen.push(done.length);
  }
  await all;
  expect(done).toEqual([1, 2, 3]);
  expect(seen).toEqual([1, 2, 3, 3]);
});

it("asks for no turn right after one, and for one when a slice is used up", async () => {
  await nextTurn();
  expect(turnIfDue()).toBeUndefined();
  const startedMs = performance.now();
  while (performance.now() - startedMs < 10);
  expect(turnIfDue()).toBeInstanceOf(Promise);
});
