import { expect, it } from "vitest";
import { temporaryCore } from "../../tests/temporary-core.ts";
import { limits } from "../limits.ts";
import { DailyQuotas } from "./daily-quotas.ts";

const most = limits.mediaBytesPerDay.value;
const hourMs = 3_600_000;
const isFull = (retryAfterMs: number): unknown =>
  expect.objectContaining({ code: "LIMIT_EXCEEDED", limit: "mediaBytesPerDay", retryAfterMs });

it("gives each user so much a day, gives back what was not used, and counts what was over a restart", async () => {
  await using fixture = await temporaryCore();
  let now = Date.UTC(2026, 0, 1, 12);
  const clock = { now: () => now };
  const open = (): DailyQuotas => new DailyQuotas({ store: fixture.core.store, clock });
  let quotas = open();
  const take = async (amount: number, { used = amount, userNid = 1 } = {}): Promise<void> => {
    using quota = await quotas.reserve("mediaBytesPerDay", userNid, amount, "the file");
    if (used > 0) await fixture.core.log.append({ positions: [], operations: [quota.count(used)] });
  };
  await take(most, { used: 10 });
  await take(most - 10, { used: 0 });
  await take(most - 20);
  await expect(take(11)).rejects.toEqual(isFull(12 * hourMs));
  await take(most, { userNid: 2 });
  await fixture.restart();
  quotas = open();
  await expect(take(11)).rejects.toEqual(isFull(12 * hourMs));
  await Promise.all([take(5), take(5)]);
  await expect(take(1)).rejects.toEqual(isFull(12 * hourMs));
  now += 12 * hourMs;
  await take(most);
  await fixture.restart();
  quotas = open();
  await expect(take(1)).rejects.toEqual(isFull(24 * hourMs));
});

it("holds what is reserved at once, and takes nothing back from the next day", async () => {
  await using fixture = await temporaryCore();
  let now = Date.UTC(2026, 0, 1, 23);
  const quotas = new DailyQuotas({ store: fixture.core.store, clock: { now: () => now } });
  const reserve = (amount: number) => quotas.reserve("mediaBytesPerDay", 1, amount, "the file");
  const yesterday = await reserve(most);
  await expect(reserve(1)).rejects.toEqual(isFull(hourMs));
  now += hourMs;
  using _today = await reserve(most);
  yesterday[Symbol.dispose]();
  await expect(reserve(1)).rejects.toEqual(isFull(24 * hourMs));
});

it("takes another number where one is configured, and says it", async () => {
  await using fixture = await temporaryCore();
  const quotas = new DailyQuotas(fixture.core, { roomsPerDay: 2 });
  using _two = await quotas.reserve("roomsPerDay", 1, 2, "the room");
  await expect(quotas.reserve("roomsPerDay", 1, 1, "the room")).rejects.toThrow(
    "the room: expected at most 2 rooms that a user creates in a day",
  );
});
