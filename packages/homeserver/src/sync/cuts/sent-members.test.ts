import { expect, it } from "vitest";
import { SentMembers } from "./sent-members.ts";

it("sends a member once, and again to a device that asks from the same place again", () => {
  const sent = new SentMembers();
  expect(sent.unsent(1, 7, -1, [5])).toEqual([5]);
  expect(sent.unsent(1, 7, 64, [5, 6])).toEqual([6]);
  expect(sent.unsent(1, 7, 64, [5, 6])).toEqual([6]);
  expect(sent.unsent(1, 7, 128, [5, 6])).toEqual([]);
  expect(sent.unsent(2, 7, 128, [5, 6])).toEqual([5, 6]);
  sent.reset(1, 7);
  expect(sent.unsent(1, 7, -1, [5])).toEqual([5]);
});

it("sends again all that came with answers that were lost, also to one who has gone back twice", () => {
  const sent = new SentMembers();
  for (const [above, member] of [
    [10, 1],
    [20, 2],
    [30, 3],
  ] as const)
    expect(sent.unsent(1, 7, above, [member, member])).toEqual([member]);
  expect(sent.unsent(1, 7, 20, [1, 2, 3])).toEqual([2, 3]);
  expect(sent.unsent(1, 7, 10, [1, 2])).toEqual([1, 2]);
  expect(sent.unsent(1, 7, 40, [1, 2, 3])).toEqual([3]);
});
