import { compareCodePoints, hasLoneSurrogate } from "./code-points.ts";
import { CanonicalJsonError, type CanonicalJsonErrorCode } from "./errors.ts";
import { formatJsonPointer } from "./json-pointer.ts";
import { DEFAULT_MAX_DEPTH, HIGHEST_MAX_DEPTH } from "./json-value.ts";
import { isSorted, wideUnit } from "./key-order.ts";
import { isPlain, sortedCopy } from "./sorted-copy.ts";

/** How {@link encodeCanonicalJson} treats what Canonical JSON forbids. */
export interface EncodeOptions {
  /**
   * Refuses floats and integers outside ±(2^53 − 1), as room versions from 6 do. Default `true`.
   * `false` writes finite numbers as JavaScript prints them, and `bigint` values exactly.
   */
  readonly strict?: boolean | undefined;
  /** Levels of nesting accepted, 1 to {@link HIGHEST_MAX_DEPTH}; default {@link DEFAULT_MAX_DEPTH}. */
  readonly maxDepth?: number | undefined;
}

interface Writer {
  /** The key or index being written at each depth; entries below the present depth are stale. */
  readonly path: (string | number)[];
  readonly strict: boolean;
  readonly maxDepth: number;
}

// eslint-disable-next-line no-control-regex -- control characters are what must be escaped
const needsCare = /[\u0000-\u001f"\\\ud800-\udfff]/;

/** Quoted forms of keys that need no care. Bounded in entries and key length, emptied when full, so no input can pin memory. */
const quotedKeys: Map<string, string> = /* @__PURE__ */ new Map();
const MAX_CACHED_KEYS = 2048;
const MAX_CACHED_KEY_LENGTH = 64;

/**
 * Encodes a value as Canonical JSON: keys in code point order, no white space, the shortest escapes.
 *
 * Properties whose value is `undefined` are left out; `-0` is written `0`. The UTF-8 encoding of the result is what gets hashed and signed.
 *
 * @throws {@link CanonicalJsonError} with the pointer of the offending value: `FLOAT`, `INTEGER_OUT_OF_RANGE`, `NUMBER_NOT_FINITE`,
 * `LONE_SURROGATE`, `UNSUPPORTED_TYPE` (functions, symbols, class instances, `undefined` outside an object) or `TOO_DEEP` (cycles too).
 * @see {@link https://spec.matrix.org/v1.19/appendices/#canonical-json}
 * @example
 * encodeCanonicalJson({ b: 2, a: [true, null] }); // {"a":[true,null],"b":2}
 */
export function encodeCanonicalJson(value: unknown, options?: EncodeOptions): string {
  const maxDepth = Math.min(options?.maxDepth ?? DEFAULT_MAX_DEPTH, HIGHEST_MAX_DEPTH);
  if (typeof value === "object" && value !== null) {
    const text = encodeNatively(value, maxDepth);
    if (text !== undefined) return text;
  }
  return writeValue(value, { path: [], strict: options?.strict ?? true, maxDepth }, 0);
}

/** Encodes what `JSON.stringify` encodes canonically. @returns `undefined` where the writer must look closer. */
function encodeNatively(value: object, maxDepth: number): string | undefined {
  const sorted = sortedCopy(value, maxDepth);
  if (sorted === undefined) return undefined;
  const text = JSON.stringify(sorted);
  // Native code escapes lone surrogates instead of refusing them.
  return text.includes("\\ud") ? undefined : text;
}

function writeValue(value: unknown, writer: Writer, depth: number): string {
  switch (typeof value) {
    case "string":
      return needsCare.test(value) ? writeCarefully(value, writer, depth) : `"${value}"`;
    case "number":
      return Number.isSafeInteger(value) ? `${value}` : writeOtherNumber(value, writer, depth);
    case "boolean":
      return value ? "true" : "false";
    case "object":
      if (value === null) return "null";
      if (depth >= writer.maxDepth) throw failure("TOO_DEEP", writer, depth, `nesting exceeds ${writer.maxDepth} levels, or is cyclic`);
      return Array.isArray(value) ? writeArray(value, writer, depth) : writeObject(value, writer, depth);
    case "bigint":
      if (!writer.strict) return `${value}`;
      break;
  }
  throw failure("UNSUPPORTED_TYPE", writer, depth, `expected a JSON value, got ${typeof value}`);
}

function writeArray(items: readonly unknown[], writer: Writer, depth: number): string {
  let text = "[";
  for (let index = 0; index < items.length; index += 1) {
    writer.path[depth] = index;
    if (index > 0) text += ",";
    text += writeValue(items[index], writer, depth + 1);
  }
  return `${text}]`;
}

function writeObject(value: object, writer: Writer, depth: number): string {
  if (!isPlain(value)) throw failure("UNSUPPORTED_TYPE", writer, depth, "expected a plain object, got an instance of a class");
  let keys = Object.keys(value);
  if (!isSorted(keys)) keys.sort();
  let resorted = false;
  let text = "{";
  for (let index = 0; index < keys.length; index += 1) {
    let key = keys[index] ?? "";
    let quoted = quotedKeys.get(key);
    if (quoted === undefined) {
      if (!resorted && wideUnit.test(key)) {
        // Every key before this one has no wide unit, and so precedes the rest in both orders.
        keys = [...keys.slice(0, index), ...keys.slice(index).sort(compareCodePoints)];
        resorted = true;
        key = keys[index] ?? "";
      }
      writer.path[depth] = key;
      quoted = quoteKey(key, writer, depth + 1);
    }
    const member = value[key];
    if (member === undefined) continue;
    writer.path[depth] = key;
    text += (text.length > 1 ? "," : "") + quoted + writeValue(member, writer, depth + 1);
  }
  return `${text}}`;
}

function quoteKey(key: string, writer: Writer, depth: number): string {
  if (needsCare.test(key)) return `${writeCarefully(key, writer, depth)}:`;
  const quoted = `"${key}":`;
  if (key.length <= MAX_CACHED_KEY_LENGTH && !wideUnit.test(key)) {
    if (quotedKeys.size >= MAX_CACHED_KEYS) quotedKeys.clear();
    quotedKeys.set(key, quoted);
  }
  return quoted;
}

function writeCarefully(text: string, writer: Writer, depth: number): string {
  if (hasLoneSurrogate(text)) throw failure("LONE_SURROGATE", writer, depth, "a string with a lone surrogate has no UTF-8 encoding");
  return JSON.stringify(text);
}

function writeOtherNumber(value: number, writer: Writer, depth: number): string {
  if (!Number.isFinite(value)) throw failure("NUMBER_NOT_FINITE", writer, depth, `expected an integer, got ${value}`);
  if (!writer.strict) return `${value}`;
  if (Number.isInteger(value)) throw failure("INTEGER_OUT_OF_RANGE", writer, depth, "an integer lies outside ±(2^53 − 1)");
  throw failure("FLOAT", writer, depth, "expected an integer, got a float");
}

function failure(code: CanonicalJsonErrorCode, writer: Writer, depth: number, message: string): CanonicalJsonError {
  return new CanonicalJsonError(code, formatJsonPointer(writer.path.slice(0, depth)), message);
}
