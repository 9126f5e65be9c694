/** One step from one state of a list to the next. */
export type ListDiff<T> =
  | { readonly op: "insert"; readonly at: number; readonly item: T }
  | { readonly op: "set"; readonly at: number; readonly item: T }
  | { readonly op: "remove"; readonly at: number }
  | { readonly op: "reset"; readonly items: readonly T[] };

/** Beyond this many moved items a reset is cheaper than single steps. */
const maxSteps = 64;

/** Describes how `before` becomes `after`; an item in `touched` that stays where it was is set again. */
export function diffLists<T>(before: readonly T[], after: readonly T[], touched?: ReadonlySet<T>): readonly ListDiff<T>[] {
  const diffs: ListDiff<T>[] = [];
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let endBefore = before.length;
  let endAfter = after.length;
  while (endBefore > start && endAfter > start && before[endBefore - 1] === after[endAfter - 1]) {
    endBefore -= 1;
    endAfter -= 1;
  }
  if (endBefore - start + (endAfter - start) > maxSteps) return [{ op: "reset", items: after }];
  for (let at = endBefore - 1; at >= start; at -= 1) diffs.push({ op: "remove", at });
  for (const [offset, item] of after.slice(start, endAfter).entries()) diffs.push({ op: "insert", at: start + offset, item });
  if (touched === undefined || touched.size === 0) return diffs;
  for (const [at, item] of after.entries()) if (touched.has(item) && (at < start || at >= endAfter)) diffs.push({ op: "set", at, item });
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
