import type { Schema } from "@patrix/identifiers";
import * as z from "zod/mini";
import { leavesOf, toPointer, type ZodIssue } from "./explain-issue.ts";
import { schemaNotes } from "./lenient.ts";
import type { PayloadCopy } from "./payload-copy.ts";
import { definitionOf, schemasAlong } from "./schema-path.ts";

/**
 * Declares that the items of a list or map, or the optional members of an object, have nothing to do with one another, so that a malformed one is
 * no reason to refuse the others: it can be left out, see `invalidItems` of the parse options.
 *
 * @param schema - Of an array, a record or an object. It stays as it is; what is declared belongs to the returned copy.
 * @example
 * obj<Transaction>({ edus: z.optional(independent(z.array(Edu.schema))) });
 */
/* @__NO_SIDE_EFFECTS__ */
export function independent<S extends Schema<unknown>>(schema: S): S {
  return schemaNotes.add(schema, { independent: true });
}

/** What is left of a payload whose malformed items are taken out, and what cannot be helped so. @internal */
export interface ItemsOutcome {
  /** What was wrong with the items, with paths into the payload as it came in. */
  readonly leftOut: readonly ZodIssue[];
  readonly issues: readonly ZodIssue[];
}

/** How often the payload is checked again: what is taken out of one list can uncover a problem of what contains it. */
const MAX_ROUNDS = 4;

interface DoomedItems {
  readonly container: readonly PropertyKey[];
  readonly keys: Set<PropertyKey>;
}

/**
 * Takes malformed items out of the innermost container that each is independent in.
 *
 * @param problems - What was found, and what is let pass if it is found again.
 * @internal
 */
export function leaveOutItems(
  schema: Schema<unknown>,
  copy: PayloadCopy,
  problems: { found: readonly ZodIssue[]; passes: (issue: ZodIssue) => boolean },
): ItemsOutcome {
  const { found, passes } = problems;
  const leftOut: ZodIssue[] = [];
  let issues = found;
  for (let round = 0; round < MAX_ROUNDS && issues.length > 0; round += 1) {
    const leaves = issues.flatMap((issue) => leavesOf(issue));
    const doomed = new Map<string, DoomedItems>();
    for (const leaf of leaves) {
      const depth = depthOfItem(schema, leaf.path);
      const key = leaf.path[depth];
      if (key === undefined) return { leftOut, issues };
      const container = leaf.path.slice(0, depth);
      const pointer = toPointer(container);
      const items = doomed.get(pointer) ?? { container, keys: new Set() };
      doomed.set(pointer, { container, keys: items.keys.add(key) });
    }
    for (const leaf of leaves) leftOut.push({ ...leaf, path: copy.originalPath(leaf.path) });
    // Inner lists first: taking items out of an outer list changes the paths to those within it.
    for (const { container, keys } of [...doomed.values()].toSorted((a, b) => b.container.length - a.container.length))
      copy.removeItems(container, keys);
    const result = z.safeParse(schema, copy.value);
    issues = result.success ? [] : result.error.issues.filter((issue) => !passes(issue));
  }
  return { leftOut, issues };
}

/** How deep the innermost container around a path is that can do without what the path leads into; -1 if there is none. */
function depthOfItem(schema: Schema<unknown>, path: readonly PropertyKey[]): number {
  const levels = schemasAlong(schema, path.slice(0, -1));
  if (path.length === 0) return -1;
  return levels.findLastIndex((schemas, depth) =>
    schemas.some((candidate) => schemaNotes.of(candidate).independent && isItem(candidate, path[depth])),
  );
}

/** Whether what stands under a key may be missing. */
function isItem(container: Schema<unknown>, key: PropertyKey | undefined): boolean {
  const { shape } = definitionOf(container);
  if (shape === undefined || key === undefined) return shape === undefined;
  const member = Object.hasOwn(shape, key) ? shape[key] : undefined;
  return member !== undefined && definitionOf(member).type === "optional";
}
