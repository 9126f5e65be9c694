import type * as z from "zod/mini";
import type { Issue } from "../errors.ts";

/** A problem as zod reports it. */
export type ZodIssue = z.core.$ZodIssue;

/** Turns a problem that zod found into {@link Issue}s with JSON pointers; a union is explained by its closest member. */
export function explainIssue(issue: ZodIssue, root: unknown): Issue[] {
  return leavesOf(issue).map((leaf) => ({ pointer: toPointer(leaf.path), message: describe(leaf, valueAt(root, leaf.path)) }));
}

/** A problem itself; that of a union as the problems of its closest member. Paths start at the payload. */
export function leavesOf(issue: ZodIssue): ZodIssue[] {
  const best = issue.code === "invalid_union" ? closest(issue.errors) : undefined;
  return best ? best.flatMap((inner) => leavesOf({ ...inner, path: [...issue.path, ...inner.path] })) : [issue];
}

/** The union member that got deepest into the value, as the one that was probably meant; one whose tag is not there was not. */
function closest(members: readonly (readonly ZodIssue[])[]): readonly ZodIssue[] | undefined {
  const depth = (issues: readonly ZodIssue[]): number => Math.max(0, ...issues.map((issue) => (isUntagged(issue) ? 0 : issue.path.length)));
  return members.toSorted((a, b) => depth(b) - depth(a) || a.length - b.length)[0];
}

/** Whether no member of a union has the value that tells the members apart. */
function isUntagged(issue: ZodIssue): boolean {
  return issue.code === "invalid_union" && issue.errors.length === 0;
}

function describe(issue: ZodIssue, value: unknown): string {
  switch (issue.code) {
    case "invalid_type":
      return value === undefined
        ? "required, but missing"
        : `expected ${issue.expected === "tuple" ? "array" : issue.expected}, got ${kindOf(value)}`;
    case "invalid_value":
      return `expected ${issue.values.map((v) => JSON.stringify(v)).join(" or ")}, got ${kindOf(value)}`;
    case "invalid_format":
      return issue.format === "regex" || issue.format === "template_literal"
        ? describePattern(issue.message, issue.pattern)
        : `not a valid ${issue.format}`;
    case "too_big":
      return `expected ${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}${unit(issue.origin)}`;
    case "too_small":
      return `expected ${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}${unit(issue.origin)}`;
    case "invalid_key":
      return `as a key: ${issue.issues.map((inner) => describe(inner, issue.path.at(-1))).join("; ")}`;
    case "custom":
      return value === undefined ? "required, but missing" : `${issue.message || "not allowed here"}, got ${kindOf(value)}`;
    case "invalid_union":
      return `none of the known forms, got ${kindOf(value)}`;
    default:
      return issue.message || issue.code;
  }
}

/** What zod says where a schema has no words of its own. */
const NO_MESSAGE = "Invalid input";

function describePattern(message: string, pattern: string | undefined): string {
  return message === NO_MESSAGE && pattern !== undefined ? `expected text that matches ${pattern}` : message;
}

function unit(origin: string): string {
  return origin === "string" ? " characters" : origin === "array" || origin === "set" ? " items" : "";
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number" && !Number.isInteger(value)) return "a number with a fraction";
  return typeof value;
}

/** The value that a path leads to, `undefined` if there is none. */
export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

/** Formats a path as a JSON pointer, escaping `~` and `/`. @see {@link https://www.rfc-editor.org/rfc/rfc6901} */
export function toPointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
