import { expect, it } from "vitest";
import { systemClock } from "./clock.ts";

it("the system clock tells milliseconds since the Unix epoch", () => {
  const before = Date.now();
  const nowTs = systemClock.now();
  expect(nowTs).toBeGreaterThanOrEqual(before);
  expect(nowTs).toBeLessThanOrEqual(Date.now());
});
