import type { UserId } from "@patrix/identifiers";
import { expect, it } from "vitest";
import { DeviceChanges, MAX_DEVICE_CHANGES } from "./device-changes.ts";

const user = (n: number): UserId => `@${n}:x`;
const bob = "@bob:x";

it("who has heard of everything hears of what has changed since; of who has heard nothing it is not known", () => {
  const changes = new DeviceChanges();
  changes.add([user(1), user(2)]);
  const first = changes.missedBy(bob);
  expect(first.changed).toBeUndefined();
  // What comes while it is told is not what it was told.
  changes.add([user(3), user(1)]);
  first.told();
  expect(changes.missedBy(bob).changed).toEqual([user(3), user(1)]);
  changes.missedBy(bob).told();
  expect(changes.missedBy(bob).changed).toEqual([]);
  expect(changes.missedBy("@carol:x").changed).toBeUndefined();
});

it("of too many the oldest are forgotten, and who has missed them is told that it is not known", () => {
  const changes = new DeviceChanges();
  for (const each of [bob, "@carol:x"] as const) changes.missedBy(each).told();
  changes.add([user(-1)]);
  changes.missedBy("@carol:x").told();
  changes.add(Array.from({ length: MAX_DEVICE_CHANGES }, (_, n) => user(n)));
  expect(changes.missedBy(bob).changed).toBeUndefined();
  expect(changes.missedBy("@carol:x").changed).toHaveLength(MAX_DEVICE_CHANGES);
});
