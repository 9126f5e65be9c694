import { MAX_IDENTIFIER_SIZE_BYTES, type Schema } from "@patrix/identifiers";
import * as z from "zod/mini";
import { leavesOf, toPointer, valueAt, type ZodIssue } from "./explain-issue.ts";
import { isJsonObject, type JsonObject } from "./json.ts";
import { leaveOutItems } from "./independent.ts";
import { type Fix, rulesOf } from "./lenient.ts";
import type { AppliedRepair } from "./applied-repair.ts";
import type { ParseOptions } from "./parse-options.ts";
import { readJson } from "./params.ts";
import { PayloadCopy } from "./payload-copy.ts";
import { definitionOf, schemasAlong } from "./schema-path.ts";

/** What repairs made of a payload that strict parsing refused. @internal */
export interface RepairOutcome {
  /** A copy where anything was put right. */
  readonly value: unknown;
  readonly repairs: readonly AppliedRepair[];
  /** What was wrong with items that were left out; paths lead into the payload. */
  readonly leftOut: readonly ZodIssue[];
  /** What no rule could put right. */
  readonly issues: readonly ZodIssue[];
}

type Path = readonly PropertyKey[];

/** How often the payload is checked again; a repair may uncover another problem below it. */
const MAX_ROUNDS = 8;

/** A fix that may help where a value does not match, and where to apply it. */
interface PlannedFix {
  readonly path: Path;
  /** Name of the rule; none where the fix is not worth telling. */
  readonly rule?: string | undefined;
  readonly fix: Fix;
}

/** The part of the parse options that repairs depend on. */
type RepairOptions = Pick<ParseOptions, "mode" | "nulls" | "invalidItems">;

/** Looks for a fix of what a path of a value leads to. */
type FixFinder = (root: Schema<unknown>, value: unknown, path: Path) => PlannedFix | undefined;

/** What was found wrong with a payload. */
interface Problems {
  readonly found: readonly ZodIssue[];
  /** Where it is nested too deeply, which no rule can put right. */
  readonly deep: readonly ZodIssue[];
}

/** Puts right what the rules of a schema allow, on a copy along the paths that failed, and leaves out what may be left out. */
export function repairPayload(schema: Schema<unknown>, payload: unknown, { found, deep }: Problems, options: RepairOptions): RepairOutcome {
  const lenient = options.mode === "lenient";
  const finders: FixFinder[] = [(...at) => findFix(at, lenient), ...(options.nulls === "left-out" ? [findNull] : [])];
  const copy = new PayloadCopy(payload);
  const { repairs, issues } = repairBy(finders, schema, { payload, copy }, found);
  const passes = (issue: ZodIssue): boolean => lenient && isTooLongIdentifier(issue);
  const left = [...issues.filter((issue) => !passes(issue)), ...deep];
  if (lenient) repairs.push(...passedIdentifiers(issues, copy.value));
  const leavesOut = (options.invalidItems ?? (lenient ? "left-out" : "refused")) === "left-out";
  const { leftOut, issues: rest } = leavesOut ? leaveOutItems(schema, copy, { found: left, passes }) : { leftOut: [], issues: left };
  return { value: copy.value, repairs, leftOut, issues: rest };
}

function repairBy(
  finders: readonly FixFinder[],
  schema: Schema<unknown>,
  { payload, copy }: { payload: unknown; copy: PayloadCopy },
  found: readonly ZodIssue[],
): { repairs: AppliedRepair[]; issues: readonly ZodIssue[] } {
  const repairs: AppliedRepair[] = [];
  let issues = found;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const done = new Set<string>();
    for (const { path } of issues.flatMap((issue) => leavesOf(issue))) {
      // A repair of what contains the value has already taken care of it.
      if (path.includes("__proto__") || path.some((_, depth) => done.has(toPointer(path.slice(0, depth))))) continue;
      const planned = firstFix(finders, [schema, copy.value, path]);
      if (!planned) continue;
      const pointer = toPointer(planned.path);
      done.add(pointer);
      if (planned.rule !== undefined) repairs.push({ pointer, rule: planned.rule, original: valueAt(payload, planned.path) });
      copy.fix(planned.path, planned.fix);
    }
    if (done.size === 0) break;
    const result = z.safeParse(schema, copy.value);
    if (result.success) return { repairs, issues: [] };
    issues = result.error.issues;
  }
  return { repairs, issues };
}

function firstFix(finders: readonly FixFinder[], at: Parameters<FixFinder>): PlannedFix | undefined {
  for (const find of finders) {
    const planned = find(...at);
    if (planned) return planned;
  }
  return undefined;
}

/**
 * The removal of an optional member that is `null`. What is signed stays as it was signed, and free-form content is not looked into.
 */
function findNull(root: Schema<unknown>, value: unknown, path: Path): PlannedFix | undefined {
  const [name] = path;
  const text = name === undefined ? undefined : valueAt(value, [name]);
  if (name !== undefined && path.length > 1 && typeof text === "string") {
    // A query parameter whose text is JSON.
    const opened = readJson(text);
    return isJsonObject(opened) ? { path: [name], fix: { replacement: opened } } : undefined;
  }
  if (path.length === 0 || valueAt(value, path) !== null || Array.isArray(valueAt(value, path.slice(0, -1)))) return undefined;
  const levels = schemasAlong(root, path);
  if (isSignedAt(levels, path)) return undefined;
  const optional = levels.at(-1)?.some((schema) => definitionOf(schema).type === "optional") ?? false;
  return optional ? { path, fix: "remove" } : undefined;
}

/** Whether what a path leads to is under a signature: in an object that carries `signatures`, but not in its `unsigned`. */
function isSignedAt(levels: readonly (readonly Schema<unknown>[])[], path: Path): boolean {
  return path.some((_, depth) => {
    const carries = levels[depth]?.some((schema) => Object.hasOwn(definitionOf(schema).shape ?? {}, "signatures")) ?? false;
    return carries && path[depth] !== "unsigned";
  });
}

/** The first rule that helps: at the malformed value, or at what contains it. */
function findFix([root, value, path]: Parameters<FixFinder>, lenient: boolean): PlannedFix | undefined {
  const levels = schemasAlong(root, path);
  for (let depth = path.length; depth >= 0; depth--) {
    const at = path.slice(0, depth);
    const current = valueAt(value, at);
    const parent = valueAt(value, at.slice(0, -1));
    // Below a text that is read as JSON there is nothing to change.
    if (depth > 0 && (typeof parent !== "object" || parent === null)) continue;
    const removable = depth > 0 && !Array.isArray(parent) && current !== undefined;
    for (const schema of levels[depth] ?? []) {
      for (const { rule, repair, always } of rulesOf(schema)) {
        const fix = lenient || always ? repair(current, parent as JsonObject) : undefined;
        if (fix && (fix === "remove" ? removable : fix.replacement !== current)) return { path: at, rule, fix };
      }
      if (lenient && removable && current === null && definitionOf(schema).type === "optional" && !isSignedAt(levels, at))
        return { path: at, rule: "null", fix: "remove" };
    }
  }
  return undefined;
}

/** Identifiers of any length are let pass as they are: nothing shorter would be the same identifier. */
function isTooLongIdentifier(issue: ZodIssue): boolean {
  if (issue.code === "invalid_union") return issue.errors.some((errors) => errors.length > 0 && errors.every(isTooLongIdentifier));
  return issue.code === "custom" && issue.message === `exceeds ${MAX_IDENTIFIER_SIZE_BYTES} bytes`;
}

function passedIdentifiers(issues: readonly ZodIssue[], value: unknown): AppliedRepair[] {
  const passing = issues.filter(isTooLongIdentifier).flatMap((issue) => leavesOf(issue));
  return passing.map(({ path }) => ({ pointer: toPointer(path), rule: "arbitrary-length-ids", original: valueAt(value, path) }));
}
