import { MAX_IDENTIFIER_SIZE_BYTES, type Schema } from "@patrix/identifiers";
import * as z from "zod/mini";
import { leavesOf, toPointer, valueAt, type ZodIssue } from "./explain-issue.ts";
import { isJsonObject, type JsonObject } from "./json.ts";
import { type Fix, rulesOf } from "./lenient.ts";
import { readJson } from "./params.ts";

/** One thing that lenient parsing put right, or let pass. */
export interface AppliedRepair {
  /** JSON pointer into the payload. */
  readonly pointer: string;
  /** Name of the rule, such as `empty-string-null`. */
  readonly rule: string;
  /** What the payload has there; `undefined` if nothing. */
  readonly original: unknown;
}

/** What repairs made of a payload that strict parsing refused. @internal */
export interface RepairOutcome {
  /** A copy where anything was put right. */
  readonly value: unknown;
  readonly repairs: readonly AppliedRepair[];
  /** What no rule could put right. */
  readonly issues: readonly ZodIssue[];
}

type Path = readonly PropertyKey[];

/** How often the payload is checked again; a repair may uncover another problem below it. */
const MAX_ROUNDS = 8;

/** A fix that may help where a value does not match, and where to apply it. */
interface PlannedFix {
  readonly path: Path;
  readonly rule: string;
  readonly fix: Fix;
}

/** Looks for a fix of what a path of a value leads to. */
type FixFinder = (root: Schema<unknown>, value: unknown, path: Path) => PlannedFix | undefined;

/** Puts right what the rules of a schema allow, on a copy along the paths that failed. */
export function repairPayload(schema: Schema<unknown>, payload: unknown, found: readonly ZodIssue[]): RepairOutcome {
  const { value, repairs, issues } = repairBy(findFix, schema, payload, found);
  return { value, repairs: [...repairs, ...tolerated(issues, value)], issues: issues.filter((issue) => !isTolerated(issue)) };
}

/**
 * Takes away the members that are `null` and could have been left out, on a copy along the paths that failed.
 * What is signed stays as it was signed, and free-form content is not looked into.
 */
export function leaveOutNulls(schema: Schema<unknown>, payload: unknown, found: readonly ZodIssue[]): RepairOutcome {
  return repairBy(findNull, schema, payload, found);
}

function repairBy(find: FixFinder, schema: Schema<unknown>, payload: unknown, found: readonly ZodIssue[]): RepairOutcome {
  const copies = new Set<unknown>();
  const repairs: AppliedRepair[] = [];
  let value = payload;
  let issues = found;

  const own = <T>(container: T): T => {
    if (copies.has(container)) return container;
    const copy = (Array.isArray(container) ? [...container] : { ...container }) as T;
    copies.add(copy);
    return copy;
  };
  const apply = (path: Path, fix: Fix): void => {
    const holder: Record<PropertyKey, unknown> = { root: value };
    let parent = holder;
    let key: PropertyKey = "root";
    for (const next of path) {
      parent = parent[key] = own(parent[key] as Record<PropertyKey, unknown>);
      key = next;
    }
    if (fix === "remove") delete parent[key];
    else parent[key] = fix.replacement;
    value = holder["root"];
  };

  for (let round = 0; round < MAX_ROUNDS; round++) {
    const done = new Set<string>();
    for (const { path } of issues.flatMap((issue) => leavesOf(issue))) {
      // A repair of what contains the value has already taken care of it.
      if (path.includes("__proto__") || path.some((_, depth) => done.has(toPointer(path.slice(0, depth))))) continue;
      const planned = find(schema, value, path);
      if (!planned) continue;
      const pointer = toPointer(planned.path);
      done.add(pointer);
      repairs.push({ pointer, rule: planned.rule, original: valueAt(payload, planned.path) });
      apply(planned.path, planned.fix);
    }
    if (done.size === 0) break;
    const result = z.safeParse(schema, value);
    if (result.success) return { value, repairs, issues: [] };
    issues = result.error.issues;
  }
  return { value, repairs, issues };
}

/** The removal of an optional member that is `null`. */
function findNull(root: Schema<unknown>, value: unknown, path: Path): PlannedFix | undefined {
  const [name] = path;
  const text = name === undefined ? undefined : valueAt(value, [name]);
  if (name !== undefined && path.length > 1 && typeof text === "string") {
    // A query parameter whose text is JSON.
    const opened = readJson(text);
    return isJsonObject(opened) ? { path: [name], rule: "json-text", fix: { replacement: opened } } : undefined;
  }
  if (path.length === 0 || valueAt(value, path) !== null || Array.isArray(valueAt(value, path.slice(0, -1)))) return undefined;
  const levels = schemasAlong(root, path);
  if (levels.slice(0, -1).flat().some(isSigned)) return undefined;
  const optional = levels.at(-1)?.some((schema) => definitionOf(schema).type === "optional") ?? false;
  return optional ? { path, rule: "null", fix: "remove" } : undefined;
}

/** Whether a schema describes an object that carries signatures. */
function isSigned(schema: Schema<unknown>): boolean {
  return Object.hasOwn(definitionOf(schema).shape ?? {}, "signatures");
}

/** The first rule that helps: at the malformed value, or at what contains it. */
function findFix(root: Schema<unknown>, value: unknown, path: Path): PlannedFix | undefined {
  const levels = schemasAlong(root, path);
  for (let depth = path.length; depth >= 0; depth--) {
    const at = path.slice(0, depth);
    const current = valueAt(value, at);
    const parent = valueAt(value, at.slice(0, -1));
    // Below a text that is read as JSON there is nothing to change.
    if (depth > 0 && (typeof parent !== "object" || parent === null)) continue;
    const removable = depth > 0 && !Array.isArray(parent) && current !== undefined;
    for (const schema of levels[depth] ?? []) {
      if (removable && current === null && definitionOf(schema).type === "optional") return { path: at, rule: "null", fix: "remove" };
      for (const { rule, repair } of rulesOf(schema)) {
        const fix = repair(current, parent as JsonObject);
        if (fix && (fix === "remove" ? removable : fix.replacement !== current)) return { path: at, rule, fix };
      }
    }
  }
  return undefined;
}

/** The members of zod's definitions that lead to other schemas. */
interface Definition {
  readonly type: string;
  readonly innerType?: Schema<unknown>;
  readonly in?: Schema<unknown>;
  readonly out?: Schema<unknown>;
  readonly options?: readonly Schema<unknown>[];
  readonly shape?: Readonly<Record<PropertyKey, Schema<unknown>>>;
  readonly element?: Schema<unknown>;
  readonly valueType?: Schema<unknown>;
}

function definitionOf(schema: Schema<unknown>): Definition {
  return schema._zod.def;
}

/** For each prefix of a path, the schemas that may describe the value there. */
function schemasAlong(root: Schema<unknown>, path: Path): Schema<unknown>[][] {
  const levels = [sameValue(root)];
  for (const key of path) levels.push((levels.at(-1) ?? []).flatMap((schema) => childrenOf(schema, key)).flatMap(sameValue));
  return levels;
}

/** A schema and those within it that describe the same value. */
function sameValue(schema: Schema<unknown>): Schema<unknown>[] {
  const { innerType, in: before, out, options = [] } = definitionOf(schema);
  return [schema, ...[innerType, before, out, ...options].flatMap((inner) => (inner ? sameValue(inner) : []))];
}

function childrenOf(schema: Schema<unknown>, key: PropertyKey): Schema<unknown>[] {
  const { shape = {}, element, valueType } = definitionOf(schema);
  const child = Object.hasOwn(shape, key) ? shape[key] : (element ?? valueType);
  return child ? [child] : [];
}

/** Identifiers of any length are let pass as they are: nothing shorter would be the same identifier. */
function isTolerated(issue: ZodIssue): boolean {
  if (issue.code === "invalid_union") return issue.errors.some((errors) => errors.length > 0 && errors.every(isTolerated));
  return issue.code === "custom" && issue.message === `exceeds ${MAX_IDENTIFIER_SIZE_BYTES} bytes`;
}

function tolerated(issues: readonly ZodIssue[], value: unknown): AppliedRepair[] {
  const passing = issues.filter(isTolerated).flatMap((issue) => leavesOf(issue));
  return passing.map(({ path }) => ({ pointer: toPointer(path), rule: "arbitrary-length-ids", original: valueAt(value, path) }));
}
