/** Freezes a JSON value with all that it holds; any depth will do. */
export function freezeJson<T>(value: T): T {
  const left: unknown[] = [value];
  for (let next = left.pop(); left.length > 0 || next !== undefined; next = left.pop()) {
    if (typeof next !== "object" || next === null || Object.isFrozen(next)) continue;
    Object.freeze(next);
    for (const inner of Object.values(next)) if (typeof inner === "object" && inner !== null) left.push(inner);
  }
  return value;
}
