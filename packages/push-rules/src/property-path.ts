import { isJsonObject } from "@patrix/api";

/**
 * Splits a dot-separated property path into property names: `\.` and `\\` stand for a dot and a backslash, any other
 * backslash for itself. Every string is a path.
 *
 * @see {@link https://spec.matrix.org/v1.19/appendices/#dot-separated-property-paths}
 */
export function parsePropertyPath(path: string): string[] {
  const names: string[] = [];
  let name = "";
  for (let index = 0; index < path.length; index += 1) {
    const character = path.charAt(index);
    const next = path.charAt(index + 1);
    if (character === ".") {
      names.push(name);
      name = "";
    } else if (character === "\\" && (next === "." || next === "\\")) {
      name += next;
      index += 1;
    } else {
      name += character;
    }
  }
  names.push(name);
  return names;
}

/** Joins property names to a dot-separated property path. */
export function formatPropertyPath(names: readonly string[]): string {
  return names.map((name) => name.replace(/[.\\]/g, "\\$&")).join(".");
}

/** The property of an object at a path, through objects only: arrays have no properties. `undefined` when it is absent. */
export function getProperty(object: unknown, names: readonly string[]): unknown {
  let value = object;
  for (const name of names) {
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}
