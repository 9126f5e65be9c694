import type { ZodIssue } from "./explain-issue.ts";

interface Visit {
  readonly value: object;
  readonly path: readonly PropertyKey[];
}

/** Finds where a payload is nested deeper than so many objects and lists; with a stack of its own, as the depth is what is in doubt. */
export function tooDeep(payload: unknown, maxDepth: number): ZodIssue[] {
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
