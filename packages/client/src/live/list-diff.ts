import { longestIncreasing } from "./longest-increasing.ts";

/** One step from one state of a list to the next. */
export type ListDiff<T> =
  | { readonly op: "insert"; readonly at: number; readonly item: T }
  | { readonly op: "set"; readonly at: number; readonly item: T }
  | { readonly op: "remove"; readonly at: number }
  | { readonly op: "reset"; readonly items: readonly T[] };

/** What tells items of a list apart, and which of them have changed. */
export interface DiffOptions<T> {
  /** Items that have changed in themselves; those that stay where they were are set again. */
  readonly touched?: ReadonlySet<T> | undefined;
  /** What stays the same while an item is replaced by another state of it. Default: the item itself. */
  readonly keyOf?: ((item: T) => unknown) | undefined;
}

/** Up to this many items may come and go in single steps, however short the list is. */
const minSteps = 64;

/** Describes how `before` becomes `after`, in the fewest steps; a `reset` where those would be more than the items themselves. */
export function diffLists<T>(
  before: readonly T[],
  after: readonly T[],
  { touched, keyOf = (item) => item }: DiffOptions<T> = {},
): readonly ListDiff<T>[] {
  const same = (atBefore: number, atAfter: number): boolean => {
    const [old, now] = [before[atBefore], after[atAfter]];
    return old === now || (old !== undefined && now !== undefined && keyOf(old) === keyOf(now));
  };
  let start = 0;
  while (start < before.length && start < after.length && same(start, start)) start += 1;
  let endBefore = before.length;
  let endAfter = after.length;
  while (endBefore > start && endAfter > start && same(endBefore - 1, endAfter - 1)) {
    endBefore -= 1;
    endAfter -= 1;
  }
  // What is left in the middle: where each item was, if it was there, and which of them need not move.
  const places = new Map(before.slice(start, endBefore).map((item, index) => [keyOf(item), start + index]));
  const origins = after.slice(start, endAfter).map((item) => places.get(keyOf(item)) ?? -1);
  const kept = new Set(longestIncreasing(origins));
  const stays = new Set([...kept].map((index) => origins[index]));
  const diffs: ListDiff<T>[] = [];
  for (let at = endBefore - 1; at >= start; at -= 1) if (!stays.has(at)) diffs.push({ op: "remove", at });
  for (const [index, item] of after.slice(start, endAfter).entries())
    if (!kept.has(index)) diffs.push({ op: "insert", at: start + index, item });
  if (diffs.length > Math.max(minSteps, after.length)) return [{ op: "reset", items: after }];
  const originOf = (at: number): number | undefined => {
    if (at < start) return at;
    if (at >= endAfter) return at - endAfter + endBefore;
    return kept.has(at - start) ? origins[at - start] : undefined;
  };
  for (const [at, item] of after.entries()) {
    const origin = originOf(at);
    if (origin !== undefined && (before[origin] !== item || touched?.has(item) === true)) diffs.push({ op: "set", at, item });
  }
  return diffs;
}

/** Applies diffs to a list and returns the new one. */
export function applyDiffs<T>(items: readonly T[], diffs: readonly ListDiff<T>[]): readonly T[] {
  let result = [...items];
  for (const diff of diffs) {
    if (diff.op === "reset") result = [...diff.items];
    else if (diff.op === "remove") result.splice(diff.at, 1);
    else result.splice(diff.at, diff.op === "set" ? 1 : 0, diff.item);
  }
  return result;
}
