import { idbException } from "../errors.ts";
import { encodeKey } from "./encode-key.ts";

/** Where in a value its key is: one path of member names joined by dots, or several, which make an array. */
export type KeyPath = string | readonly string[];

const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;

/** Whether a text is a path: empty, or identifiers joined by dots. */
function isPath(text: string): boolean {
  return text === "" || text.split(".").every((name) => identifier.test(name));
}

/** Reads a key path as callers give it. @throws DOMException `SyntaxError`. */
export function readKeyPath(given: unknown): KeyPath {
  const isSequence = typeof given === "object" && given !== null && Symbol.iterator in given;
  const path = isSequence ? Array.from(given as Iterable<unknown>, String) : String(given);
  const paths = typeof path === "string" ? [path] : path;
  if (paths.length === 0 || !paths.every(isPath)) throw idbException("SyntaxError", "the key path is no valid key path");
  return path;
}

/** Evaluates a key path on a value that is a clone; `undefined` where it leads nowhere. */
export function evaluateKeyPath(value: unknown, path: KeyPath): unknown {
  if (typeof path !== "string") {
    const found = path.map((each) => evaluateKeyPath(value, each));
    return found.includes(undefined) ? undefined : found;
  }
  if (path === "") return value;
  return path.split(".").reduce<unknown>((at, name) => memberOf(at, name), value);
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value === "string" && name === "length") return value.length;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return Reflect.get(value, name);
}

/** The encoded key of a value; `undefined` where there is none, `null` where what is there is no valid key. */
export function extractKey(value: unknown, path: KeyPath): Uint8Array | null | undefined {
  const found = evaluateKeyPath(value, path);
  return found === undefined ? undefined : (encodeKey(found) ?? null);
}

/** The encoded keys under which an index has a value: each once, none if there is nothing that is a valid key. */
export function extractIndexKeys(value: unknown, path: KeyPath, multiEntry: boolean): readonly Uint8Array[] {
  const found = evaluateKeyPath(value, path);
  if (!multiEntry || !Array.isArray(found)) return [encodeKey(found)].filter((key) => key !== undefined);
  const keys = new Map<string, Uint8Array>();
  for (const item of found) {
    const key = encodeKey(item);
    if (key) keys.set(Buffer.from(key).toString("latin1"), key);
  }
  return [...keys.values()];
}

/** Whether a generated key can be put into a clone at a path. */
export function canInjectKey(value: unknown, path: string): boolean {
  let at: unknown = value;
  for (const name of path.split(".").slice(0, -1)) {
    if (typeof at !== "object" || at === null) return false;
    if (!Object.hasOwn(at, name)) return true;
    at = Reflect.get(at, name);
  }
  return typeof at === "object" && at !== null;
}

/** Puts a generated key into a clone. */
export function injectKey(value: unknown, path: string, key: number): void {
  const names = path.split(".");
  const last = names.pop() ?? "";
  let at = value as object;
  for (const name of names) {
    if (!Object.hasOwn(at, name)) define(at, name, {});
    // `canInjectKey` has seen that there are only objects on the way.
    at = Reflect.get(at, name) as object;
  }
  define(at, last, key);
}

/** Sets a member whatever its name is, `__proto__` too. */
function define(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
}
