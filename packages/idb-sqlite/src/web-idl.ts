/** Reads a name as Web IDL does: whatever a program gives is made a text. */
export function toName(given: unknown): string {
  return String(given);
}

/** Reads a flag as Web IDL does. */
export function toFlag(given: unknown): boolean {
  return Boolean(given);
}

/** Reads a number as Web IDL does, without its fraction; `NaN` for what is none. */
export function toInteger(given: unknown): number {
  return Math.trunc(Number(given));
}
