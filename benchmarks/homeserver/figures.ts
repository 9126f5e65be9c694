// Figures of several servers in several rounds: medians, ranges, ratios.
import { type Measurement, median } from "../benchmark.ts";
import type { Figure } from "./scenario.ts";

/** What is wanted of a figure, or of its ratio to an earlier commit. */
export interface Wanted {
  readonly atMost?: number;
  readonly atLeast?: number;
  /** How many times better than the other it has to be. */
  readonly ratio?: number;
}

/** Every value of a figure that one server gave, by name of the figure. */
export type Samples = Map<string, { readonly unit: string; readonly values: number[] }>;

/** Adds the figures of a round. */
export function addFigures(samples: Samples, figures: readonly Figure[]): void {
  for (const { name, value, unit } of figures) {
    const known = samples.get(name) ?? { unit, values: [] };
    known.values.push(value);
    samples.set(name, known);
  }
}

/** The medians, with the range where there were several rounds, and against another server where there is one. */
export function toMeasurements(own: Samples, wanted: Readonly<Record<string, Wanted>>, other?: Samples): Measurement[] {
  return [...own].map(([name, { unit, values }]) => {
    const { atLeast, atMost } = wanted[name] ?? {};
    const target = {
      ...(atLeast !== undefined && { atLeast }),
      ...(atMost !== undefined && { atMost }),
    };
    return {
      name,
      value: median(values),
      unit: `${unit}${rangeOf(values)}${comparedWith(values, other?.get(name), isRate(unit), wanted[name]?.ratio)}`,
      ...(Object.keys(target).length > 0 && { target }),
    };
  });
}

function rangeOf(values: readonly number[]): string {
  return values.length < 2 ? "" : ` (${Math.min(...values).toFixed(2)}–${Math.max(...values).toFixed(2)})`;
}

function comparedWith(own: readonly number[], other: { readonly values: number[] } | undefined, isMoreBetter: boolean, wanted = 0): string {
  if (!other) return "";
  const ratio = isMoreBetter ? median(own) / median(other.values) : median(other.values) / median(own);
  const verdict = wanted === 0 ? "" : `, target ≥ ${wanted} ${ratio >= wanted ? "met" : "missed"}`;
  return `; before ${median(other.values).toFixed(2)}${rangeOf(other.values)}, ${ratio.toFixed(2)}× better${verdict}`;
}

function isRate(unit: string): boolean {
  return unit === "/s";
}
