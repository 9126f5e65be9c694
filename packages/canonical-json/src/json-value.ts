/** Any value that Canonical JSON can express: numbers are integers within ±(2^53 − 1). */
export type CanonicalJsonValue = null | boolean | number | string | readonly CanonicalJsonValue[] | CanonicalJsonObject;

/** A JSON object; properties whose value is `undefined` count as absent. */
export interface CanonicalJsonObject {
  readonly [key: string]: CanonicalJsonValue | undefined;
}

/** Levels of nested arrays and objects accepted by default: above what the JSON readers of other homeservers take, far below any stack limit. */
export const DEFAULT_MAX_DEPTH = 500;

/** The highest depth limit that can be asked for; recursion stays within the stack below it. */
export const HIGHEST_MAX_DEPTH = 1000;
