import { expect, it } from "vitest";
import { DailyQuotas } from "./daily-quotas.ts";
import { LimitError } from "./errors.ts";
import { limits } from "./limits.ts";

it("gives each user so much a day, and takes nothing for what is refused", () => {
  let now = Date.UTC(2026, 0, 1, 12);
  const quotas = new DailyQuotas({ now: () => now });
  const all = limits.mediaBytesPerDay.value;
  quotas.take("mediaBytesPerDay", 1, all - 10, "the file");
  expect(() => quotas.take("mediaBytesPerDay", 1, 11, "the file")).toThrow(LimitError);
  quotas.take("mediaBytesPerDay", 1, 10, "the file");
  expect(() => quotas.take("mediaBytesPerDay", 1, 1, "the file")).toThrow(LimitError);
  quotas.take("mediaBytesPerDay", 2, all, "the file");
  quotas.take("mediaFilesPerDay", 1, 1, "the file");
  now += 12 * 3_600_000;
  quotas.take("mediaBytesPerDay", 1, all, "the file");
});
