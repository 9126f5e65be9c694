import { setImmediate as nextRound } from "node:timers/promises";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { nextTurn, turnIfDue } from "./turns.ts";

// A machine that is busy elsewhere uses up no slice here.
beforeEach(() => vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => vi.useRealTimers());

function useUpASlice(): void {
  vi.advanceTimersByTime(10);
}

async function seenByRound(rounds: number, count: () => number): Promise<number[]> {
  const seen: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await nextRound();
    seen.push(count());
  }
  return seen;
}

it("gives one turn in each round of the event loop to what uses up a slice, in the order of asking", async () => {
  const done: number[] = [];
  const all = Promise.all(
    [1, 2, 3].map((i) =>
      nextTurn().then(() => {
        useUpASlice();
        done.push(i);
      }),
    ),
  );
  expect(await seenByRound(4, () => done.length)).toEqual([1, 2, 3, 3]);
  await all;
  expect(done).toEqual([1, 2, 3]);
});

it("gives the next turn in the same round once all that follows from the one before is done", async () => {
  const done: string[] = [];
  const all = Promise.all(
    ["a", "b", "c"].map(async (name) => {
      await nextTurn();
      done.push(`${name} begins`);
      for (let i = 0; i < 10; i++) await Promise.resolve();
      done.push(`${name} ends`);
    }),
  );
  expect(await seenByRound(1, () => done.length)).toEqual([6]);
  await all;
  expect(done).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
});

it("asks for no turn right after one, and for one when a slice is used up", async () => {
  await nextTurn();
  expect(turnIfDue()).toBeUndefined();
  useUpASlice();
  expect(turnIfDue()).toBeInstanceOf(Promise);
});
