/**
 * A place in the log of one shard: `counter * 64 + shard`, so that positions of all shards are distinct integers.
 * A durable fact's position is also its number: the NID of an event, the key of a to-device message.
 */
export type Position = number;

/** The most shards that a deployment can have. */
export const MAX_SHARDS = 64;

/** How far each shard has got, by shard: a cut through the log, and the inside of a sync token. */
export type PositionVector = readonly number[];

/** Builds a position. */
export function position(counter: number, shard: number): Position {
  return counter * MAX_SHARDS + shard;
}

/** The shard of a position. */
export function shardOf(pos: Position): number {
  return pos % MAX_SHARDS;
}

/** The counter of a position within its shard. */
export function counterOf(pos: Position): number {
  return Math.floor(pos / MAX_SHARDS);
}

/** Tells whether a fact lies before or at a cut. */
export function isCovered(vector: PositionVector, pos: Position): boolean {
  return counterOf(pos) <= (vector[shardOf(pos)] ?? 0);
}

/** The largest position of a shard that a cut covers. */
export function lastCovered(vector: PositionVector, shard: number): Position {
  return position(vector[shard] ?? 0, shard);
}

/** Tells whether every entry of `a` is at least that of `b`. */
export function isAtOrAfter(a: PositionVector, b: PositionVector): boolean {
  return b.every((counter, shard) => (a[shard] ?? 0) >= counter);
}

/** Formats a vector as text: each counter as a base-36 number, joined by `_`. */
export function formatVector(vector: PositionVector): string {
  return vector.map((counter) => counter.toString(36)).join("_");
}

/** Reads such a text; `undefined` if it is not one. */
export function parseVector(text: string): PositionVector | undefined {
  if (text.length > 1_000 || !/^[0-9a-z]{1,11}(_[0-9a-z]{1,11}){0,63}$/.test(text)) return undefined;
  const counters = text.split("_").map((part) => Number.parseInt(part, 36));
  return counters.every((counter) => counter <= Number.MAX_SAFE_INTEGER / MAX_SHARDS) ? counters : undefined;
}
