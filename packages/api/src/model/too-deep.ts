import type { ZodIssue } from "./explain-issue.ts";

interface Visit {
  readonly value: object;
  readonly path: readonly PropertyKey[];
}

/** How deep a payload is looked into by recursion. */
const RECURSION = 500;

/** Finds where a payload is nested deeper than so many objects and lists. */
export function tooDeep(payload: unknown, maxDepth: number): ZodIssue[] {
  // Nearly none is: where that is so, nothing needs to be known of the way there.
  if (maxDepth <= RECURSION && isWithin(payload, maxDepth)) return [];
  return findTooDeep(payload, maxDepth);
}

function isWithin(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (levels === 0) return false;
  if (Array.isArray(value)) return value.every((item) => isWithin(item, levels - 1));
  for (const key in value) if (!isWithin((value as Record<string, unknown>)[key], levels - 1)) return false;
  return true;
}

/** With a stack of its own, as the depth is what is in doubt. */
function findTooDeep(payload: unknown, maxDepth: number): ZodIssue[] {
  const found: ZodIssue[] = [];
  const left: Visit[] = isContainer(payload) ? [{ value: payload, path: [] }] : [];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { value, path } = next;
    const isList = Array.isArray(value);
    for (const [key, inner] of Object.entries<unknown>(value as Record<string, unknown>)) {
      if (!isContainer(inner)) continue;
      const at = [...path, isList ? Number(key) : key];
      if (at.length < maxDepth) left.push({ value: inner, path: at });
      else found.push({ code: "custom", path: at, message: `nested deeper than ${maxDepth} levels`, input: inner });
    }
  }
  return found;
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
