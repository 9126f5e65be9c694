import { expect, it } from "vitest";
import { isGoodEnough, storedKey } from "./wanted-key.ts";

const key = (validUntilTs: number, expiredTs?: number): Parameters<typeof isGoodEnough>[0] =>
  ({ key: "A", validUntilTs, ...(expiredTs !== undefined && { expiredTs }) }) as unknown as Parameters<typeof isGoodEnough>[0];

it("wants no other key than one that is valid until then, or one that was retired", () => {
  expect([key(9), key(10), key(11), key(1, 5), undefined].map((each) => isGoodEnough(each, 10))).toEqual([false, true, true, true, false]);
});

it("finds own members only", () => {
  expect(storedKey({}, "constructor")).toBeUndefined();
});
