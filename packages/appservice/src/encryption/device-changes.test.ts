import { memoryStore } from "@patrix/client";
import type { UserId } from "@patrix/identifiers";
import { expect, it } from "vitest";
import { DeviceChanges, MAX_DEVICE_CHANGES } from "./device-changes.ts";

const user = (n: number): UserId => `@${n}:x`;

it("whose devices have changed is known by numbers, over restarts", async () => {
  const store = memoryStore<string>();
  const changes = await DeviceChanges.open(store);
  expect(changes.since(0)).toEqual([]);
  await changes.add([user(1), user(2)]);
  const before = changes.last;
  await changes.add([user(3), user(1)]);
  for (const each of [changes, await DeviceChanges.open(store)]) {
    expect(each.since(before)).toEqual([user(3), user(1)]);
    expect(each.since(0)).toEqual([user(2), user(3), user(1)]);
    expect(each.last).toBe(changes.last);
  }
});

it("of too many the oldest are forgotten, and who has missed them is told that it is not known", async () => {
  const store = memoryStore<string>();
  const changes = await DeviceChanges.open(store);
  await changes.add(Array.from({ length: MAX_DEVICE_CHANGES }, (_, n) => user(n)));
  expect(changes.since(0)).toHaveLength(MAX_DEVICE_CHANGES);
  await changes.add([user(-1), user(-2)]);
  for (const each of [changes, await DeviceChanges.open(store)]) {
    expect(each.since(1)).toBeUndefined();
    expect(each.since(2)).toHaveLength(MAX_DEVICE_CHANGES);
  }
  expect((await store.all("patrix.device-changes")).size).toBe(MAX_DEVICE_CHANGES);
});
