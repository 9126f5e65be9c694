import * as fc from "fast-check";
import { expect, it } from "vitest";
import { orderSrvRecords } from "./srv-order.ts";

const records = fc.array(fc.record({ target: fc.string(), port: fc.nat(65_535), priority: fc.nat(3), weight: fc.nat(65_535) }), {
  maxLength: 20,
});

it("gives every record once, by priority, whatever the chance", () => {
  fc.assert(
    fc.property(records, fc.double({ min: 0, max: 0.999999, noNaN: true }), (all, chance) => {
      const ordered = orderSrvRecords(all, () => chance);
      expect(new Set(ordered)).toEqual(new Set(all));
      expect(ordered).toHaveLength(all.length);
      expect(ordered.map(({ priority }) => priority)).toEqual(all.map(({ priority }) => priority).toSorted((a, b) => a - b));
    }),
  );
});

it("draws by weight", () => {
  const heavy = { target: "heavy", port: 1, priority: 0, weight: 90 };
  const light = { target: "light", port: 1, priority: 0, weight: 10 };
  const first = Array.from({ length: 100 }, (_, i) => orderSrvRecords([light, heavy], () => i / 100)[0]);
  expect(first.filter((record) => record === heavy).length).toBeGreaterThanOrEqual(88);
  expect(first).toContain(light);
});
