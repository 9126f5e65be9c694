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
