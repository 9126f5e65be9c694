import { expect, it } from "vitest";
import { type Duration, durationMs, durationPattern } from "./duration.ts";

it("is read in milliseconds, or with a unit", () => {
  const written: Duration[] = [1_500, "2s", "3m", "4h", "1d", "2w", "1y"];
  expect(written.map(durationMs)).toEqual([1_500, 2_000, 180_000, 14_400_000, 86_400_000, 1_209_600_000, 31_536_000_000]);
});

it("has one unit, and a whole number", () => {
  expect(["1d", "90m", "1.5d", "-1d", "1 d", "d", "1dd", ""].filter((text) => durationPattern.test(text))).toEqual(["1d", "90m"]);
});
