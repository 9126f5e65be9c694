import { isJsonObject, type JsonObject } from "@patrix/api";

/** Takes the JSON of an event and returns that of its chosen fields. */
export type FieldPicker = (json: string) => string;

/**
 * Compiles `event_fields` of a filter: paths with dots, where a backslash keeps a dot that is part of a name.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#filtering}
 */
export function compileFieldPicker(paths: readonly string[] | undefined): FieldPicker | undefined {
  if (!paths) return undefined;
  const split = paths.map(splitPath);
  return (json) => {
    const event: unknown = JSON.parse(json);
    const picked: JsonObject = {};
    for (const path of split) copyPath(event, picked, path);
    return JSON.stringify(picked);
  };
}

/** Splits a path at its dots; `\\.` is a dot of a name and `\\\\` a backslash. */
function splitPath(path: string): string[] {
  const names = [""];
  for (let i = 0; i < path.length; i++) {
    const last = names.length - 1;
    if (path[i] === "\\" && i + 1 < path.length) names[last] += path[++i] ?? "";
    else if (path[i] === ".") names.push("");
    else names[last] += path[i] ?? "";
  }
  return names;
}

function copyPath(from: unknown, to: JsonObject, [name = "", ...rest]: readonly string[]): void {
  if (!isJsonObject(from) || !Object.hasOwn(from, name)) return;
  if (rest.length === 0) return define(to, name, from[name]);
  if (!isJsonObject(from[name])) return;
  const inner = Object.hasOwn(to, name) && isJsonObject(to[name]) ? to[name] : {};
  copyPath(from[name], inner, rest);
  if (Object.keys(inner).length > 0) define(to, name, inner);
}

/** Sets a member as data, whatever its name. */
function define(to: JsonObject, name: string, value: unknown): void {
  Object.defineProperty(to, name, { value, enumerable: true, configurable: true, writable: true });
}
