import { describe, expect, it } from "vitest";
import { drawBars, toBars } from "../benchmarks/homeserver/draw-figures.ts";
import { addFigures, type Samples, toMeasurements } from "../benchmarks/homeserver/figures.ts";

function samplesOf(...values: readonly number[]): Samples {
  const samples: Samples = new Map();
  for (const value of values)
    addFigures(samples, [
      { name: "sends", value, unit: "/s" },
      { name: "start <used>", value: value / 10, unit: "ms" },
    ]);
  return samples;
}

describe("figures of several rounds", () => {
  it("are medians with their range, and targets where there are some", () => {
    const [sends, start] = toMeasurements(samplesOf(30, 10, 20), { "start <used>": { atMost: 5 } });
    expect(sends).toEqual({ name: "sends", value: 20, unit: "/s (10.00–30.00)" });
    expect(start).toEqual({ name: "start <used>", value: 2, unit: "ms (1.00–3.00)", target: { atMost: 5 } });
  });

  it("are better where a rate is higher and a time is lower, and meet a ratio or miss it", () => {
    const wanted = { sends: { ratio: 2 }, "start <used>": { ratio: 1.1 } };
    const [sends, start] = toMeasurements(samplesOf(20), wanted, samplesOf(10));
    expect(sends?.unit).toBe("/s; before 10.00, 2.00× better, target ≥ 2 met");
    expect(start?.unit).toBe("ms; before 1.00, 0.50× better, target ≥ 1.1 missed");
  });
});

describe("drawn figures", () => {
  it("have a bar for each server, as long as its share of the most, and texts as they are", () => {
    const own = { name: "ours", measurements: toMeasurements(samplesOf(10), {}) };
    const other = { name: "before", measurements: toMeasurements(samplesOf(40), {}) };
    const svg = drawBars("Load", toBars([own, other]));
    expect([...svg.matchAll(/<rect[^>]* width="([\d.]+)"/g)].map(([, width]) => Number(width))).toEqual([65, 260, 65, 260]);
    expect(svg).toContain("start &lt;used></text>");
    expect(svg).toContain("10.0 /s · ours");
  });
});
