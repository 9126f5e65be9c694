import * as fc from "fast-check";

type Path = readonly (string | number)[];

/** Other values to try in place of one; the kinds of JSON, and numbers that are no integers. */
const SUBSTITUTES: readonly unknown[] = [null, true, 7, -1, 1.5, "text", "", [], {}, ["text"], { key: "text" }];

/** The paths of everything within a value, at most `limit`. */
function pathsOf(value: unknown, limit = 60): Path[] {
  const paths: Path[] = [[]];
  for (let i = 0; i < paths.length && paths.length < limit; i++) {
    const path = paths[i] ?? [];
    const at = valueAt(value, path);
    if (Array.isArray(at)) paths.push(...at.slice(0, 2).map((_, index) => [...path, index]));
    else if (typeof at === "object" && at !== null) paths.push(...Object.keys(at).map((key) => [...path, key]));
  }
  return paths.slice(0, limit);
}

function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const key of path) at = (at as Record<string | number, unknown>)[key];
  return at;
}

/** A copy with something else at a path; nothing at all for `undefined`. */
function changed(value: unknown, path: Path, substitute: unknown): unknown {
  const last = path.at(-1);
  if (last === undefined) return substitute;
  const copy: unknown = structuredClone(value);
  const parent = valueAt(copy, path.slice(0, -1)) as Record<string | number, unknown>;
  if (substitute !== undefined) parent[last] = substitute;
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
  return copy;
}

/** One change to an example. */
export interface Mutant {
  readonly value: unknown;
  /** `/pointer: what is there instead`, the same for all items of a list. */
  readonly change: string;
}

/** Each member of an example taken away, and replaced by a value of every kind. */
export function mutantsOf(example: unknown): Mutant[] {
  return pathsOf(example).flatMap((path) => {
    const pointer = path.map((key) => `/${typeof key === "number" ? "[]" : key}`).join("");
    const removed = path.length === 0 ? [] : [{ value: changed(example, path, undefined), change: `${pointer}: removed` }];
    return [
      ...removed,
      ...SUBSTITUTES.map((substitute) => ({
        value: changed(example, path, substitute),
        change: `${pointer}: ${JSON.stringify(substitute)}`,
      })),
    ];
  });
}

/** An example with up to four changes, of any JSON values. */
export function mutated(example: unknown): fc.Arbitrary<unknown> {
  const change = fc.tuple(fc.nat(), fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(...SUBSTITUTES), fc.constant(undefined)));
  return fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) =>
    changes.reduce<unknown>((value, [place, substitute]) => {
      const paths = pathsOf(value);
      const path = paths[place % paths.length] ?? [];
      return path.length === 0 && substitute === undefined ? value : changed(value, path, substitute);
    }, example),
  );
}
