import { findInvalidUtf8 } from "./code-points.ts";
import { encodeCanonicalJson } from "./encode-canonical-json.ts";
import { type CanonicalJsonErrorCode, JsonParseError } from "./errors.ts";
import { type JsonIssue, JsonScanner, type ScannerLimits, ScanStopped } from "./json-scanner.ts";
import { type CanonicalJsonValue, DEFAULT_MAX_DEPTH, HIGHEST_MAX_DEPTH } from "./json-value.ts";

/** What {@link parseStrictJson} and {@link scanJson} accept. */
export interface ParseOptions {
  /** Levels of nesting accepted, 1 to {@link HIGHEST_MAX_DEPTH}; default {@link DEFAULT_MAX_DEPTH}. */
  readonly maxDepth?: number | undefined;
  /** Rules not to enforce; {@link LENIENT_NUMBERS} suits events of room versions 1 to 5. Syntax, UTF-8 and depth are always enforced. */
  readonly allow?: readonly CanonicalJsonErrorCode[] | undefined;
  /** Reads integers outside ±(2^53 − 1) and of up to 64 digits as `bigint` instead of losing digits. Default `false`. */
  readonly bigIntegers?: boolean | undefined;
}

/** Options of {@link scanJson}. */
export interface ScanOptions extends ParseOptions {
  /** Issues recorded at most, besides the one that ends a scan. Default 100. */
  readonly maxIssues?: number | undefined;
}

/** Outcome of {@link scanJson}. */
export interface ScanResult {
  /** The value as `JSON.parse` gives it (the last of duplicate keys wins), or `undefined` when an issue left none. */
  readonly value: CanonicalJsonValue | undefined;
  /** What Canonical JSON forbids, in the order of the text; empty when nothing does. */
  readonly issues: readonly JsonIssue[];
}

/** The rules on numbers, which room versions before 6 do not enforce. */
export const LENIENT_NUMBERS: readonly CanonicalJsonErrorCode[] = ["FLOAT", "EXPONENT", "NEGATIVE_ZERO", "INTEGER_OUT_OF_RANGE"];

/**
 * Parses a JSON text, strictly: refuses floats, exponents, `-0`, integers outside ±(2^53 − 1), duplicate keys, lone surrogates,
 * invalid UTF-8 and data after the value. White space and the order of keys are free. A key `__proto__` becomes an own property.
 *
 * @throws {@link JsonParseError} for the first offence, with code, JSON pointer and byte offset.
 * @see {@link https://spec.matrix.org/v1.19/appendices/#canonical-json}
 */
export function parseStrictJson(text: string | Uint8Array, options?: ParseOptions): CanonicalJsonValue {
  const { value, issues } = scan(text, { ...limitsOf(options), maxIssues: 1, stopAtFirst: true });
  const issue = issues[0];
  if (value === undefined || issue !== undefined) {
    throw new JsonParseError(issue?.code ?? "SYNTAX", issue?.pointer ?? "", issue?.offsetBytes ?? 0, issue?.message ?? "no value");
  }
  return value;
}

/**
 * Reads a JSON text and collects everything in it that Canonical JSON forbids. Never throws.
 *
 * @example
 * scanJson('{"a":1.0,"a":2}').issues.map((issue) => issue.code); // ["FLOAT", "DUPLICATE_KEY"]
 */
export function scanJson(text: string | Uint8Array, options?: ScanOptions): ScanResult {
  return scan(text, { ...limitsOf(options), maxIssues: options?.maxIssues ?? 100, stopAtFirst: false });
}

/** Whether a text is Canonical JSON already, byte for byte. */
export function isCanonicalJson(text: string | Uint8Array): boolean {
  const decoded = typeof text === "string" ? text : decodeUtf8(text);
  if (decoded === undefined) return false;
  const { value, issues } = scan(decoded, { ...limitsOf(undefined), maxIssues: 1, stopAtFirst: true });
  return issues.length === 0 && encodeCanonicalJson(value) === decoded;
}

function limitsOf(options: ParseOptions | undefined): Pick<ScannerLimits, "maxDepth" | "bigIntegers" | "allow"> {
  const maxDepth = Math.min(options?.maxDepth ?? DEFAULT_MAX_DEPTH, HIGHEST_MAX_DEPTH);
  return { maxDepth, bigIntegers: options?.bigIntegers ?? false, allow: options?.allow ?? [] };
}

function scan(input: string | Uint8Array, limits: ScannerLimits): ScanResult {
  if (typeof input === "string") return scanText(input, limits);
  const text = decodeUtf8(input);
  if (text !== undefined) return scanText(text, limits);
  return {
    value: undefined,
    issues: [{ code: "INVALID_UTF8", pointer: "", offsetBytes: findInvalidUtf8(input), message: "the text is not UTF-8" }],
  };
}

function scanText(text: string, limits: ScannerLimits): ScanResult {
  const scanner = new JsonScanner(text, limits);
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the scanner makes nothing else, but for bigints that were asked for
    const value = scanner.readDocument() as CanonicalJsonValue;
    return { value, issues: scanner.issues };
  } catch (error) {
    if (error instanceof ScanStopped) return { value: undefined, issues: scanner.issues };
    throw error;
  }
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
