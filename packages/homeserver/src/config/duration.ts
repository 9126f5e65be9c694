const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** A span of time in a configuration: milliseconds, or a whole number with a unit, such as `30d`; s, m, h, d, w or y. */
export type Duration = number | string;

/** How a {@link Duration} with a unit is written. */
export const durationPattern: RegExp = /^\d{1,9}[smhdwy]$/;

/** The milliseconds of a span of time. */
export function durationMs(duration: Duration): number {
  return typeof duration === "number" ? duration : Number(duration.slice(0, -1)) * (UNITS_MS[duration.slice(-1)] ?? 1);
}
