import { expect, it } from "vitest";
import { EphemeralSerial } from "./ephemeral-serial.ts";

it("numbers changes upwards, also past those of an earlier start, and knows of none at first", () => {
  const before = new EphemeralSerial({ now: () => 1_000 });
  expect(before.newest).toBe(0);
  const numbers = [before.take(), before.take(), before.take()];
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  expect(before.newest).toBe(numbers.at(-1));
  expect(new EphemeralSerial({ now: () => 2_000 }).take()).toBeGreaterThan(before.newest);
});
