import { describe, expect, it } from "vitest";
import { compare, measure, median } from "../benchmarks/benchmark.ts";

describe("benchmark arithmetic", () => {
  it("takes the median of odd and even counts without changing the samples", () => {
    const samples = [3, 1, 2];
    expect(median(samples)).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(samples).toEqual([3, 1, 2]);
  });

  it("claims a difference only when the times are apart", () => {
    const ours = { name: "ours", samplesNs: [10, 11, 12] };
    const slower = { name: "slower", samplesNs: [20, 22, 24] };
    const overlapping = { name: "overlapping", samplesNs: [12, 14, 16] };
    expect(compare(ours, slower)).toMatchObject({ ratio: 2, range: [2, 2], isClear: true });
    expect(compare(ours, overlapping).isClear).toBe(false);
    expect(compare(slower, ours)).toMatchObject({ ratio: 0.5, isClear: true });
  });

  it("holds the ratio of the medians against the target", () => {
    const ours = { name: "ours", samplesNs: [10] };
    const other = { name: "other", samplesNs: [15] };
    expect(compare(ours, other, { atLeast: 1.5 }).meetsTarget).toBe(true);
    expect(compare(ours, other, { atLeast: 1.6 }).meetsTarget).toBe(false);
  });

  it("runs every variant in every round", () => {
    const calls = { a: 0, b: 0 };
    const variants = [
      { name: "a", run: () => calls.a++ },
      { name: "b", run: () => calls.b++ },
    ];
    const result = measure("counting", variants, {}, { isSmoke: true, rounds: 3, sampleMs: 0.001, options: {} });
    expect(result.timings.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(Math.min(calls.a, calls.b)).toBeGreaterThanOrEqual(4);
  });

  it("refuses to measure nothing", () => {
    expect(() => measure("empty", [], {}, { isSmoke: true, rounds: 1, sampleMs: 1, options: {} })).toThrow(RangeError);
  });
});
