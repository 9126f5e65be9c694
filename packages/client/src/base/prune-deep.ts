interface ListItem {
  readonly list: unknown[];
  readonly index: number;
}

interface Visit {
  readonly value: object;
  readonly depth: number;
  /** The outermost list item that the value is in. */
  readonly item: ListItem | undefined;
}

/**
 * Takes out of a payload, in place, the outermost list items that are nested deeper than `maxDepth`: parsers take any
 * depth, but encoders run out of stack. Returns how many were taken away.
 */
export function pruneDeep(payload: object, maxDepth: number): number {
  const doomed = new Map<unknown[], Set<number>>();
  const left: Visit[] = [{ value: payload, depth: 1, item: undefined }];
  for (let visit = left.pop(); visit !== undefined; visit = left.pop()) {
    const { value, depth, item } = visit;
    if (depth > maxDepth) {
      if (item) doomed.set(item.list, (doomed.get(item.list) ?? new Set<number>()).add(item.index));
      continue;
    }
    const list: unknown[] | undefined = Array.isArray(value) ? value : undefined;
    for (const [index, inner] of Object.values(value).entries() as Iterable<[number, unknown]>)
      if (typeof inner === "object" && inner !== null)
        left.push({ value: inner, depth: depth + 1, item: item ?? (list && { list, index }) });
  }
  let count = 0;
  for (const [list, indexes] of doomed) {
    count += indexes.size;
    const kept = list.filter((_, index) => !indexes.has(index));
    list.splice(0, list.length, ...kept);
  }
  return count;
}
