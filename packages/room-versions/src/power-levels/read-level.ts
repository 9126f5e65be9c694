import type { AuthorizationRules } from "../room-version-rules.ts";

const integerText = /^\s*([+-]?[0-9]+)\s*$/;

/**
 * Reads a power level as its room version writes them: integers; before room version 10 also strings that hold an integer; before 6 also
 * floats, which lose their fraction.
 *
 * @returns the level, or `NaN` for anything else. No comparison with `NaN` holds, so a level that cannot be read never gives a permission.
 * @see {@link https://spec.matrix.org/v1.19/rooms/v1/#deprecated-event-content-schemas}
 */
export function readLevel(value: unknown, rules: AuthorizationRules): number {
  if (typeof value === "number") {
    if (Number.isSafeInteger(value)) return value;
    return !rules.strictCanonicalJson && Number.isFinite(value) ? Math.trunc(value) : Number.NaN;
  }
  if (typeof value !== "string" || rules.integerPowerLevels) return Number.NaN;
  const digits = integerText.exec(value)?.[1];
  const level = digits === undefined ? Number.NaN : Number(digits);
  return Number.isSafeInteger(level) ? level : Number.NaN;
}
