import type { ServerName } from "@patrix/identifiers";
import { XMatrixError } from "./errors.ts";

/**
 * The parameters of an `Authorization: X-Matrix` header, with which a server signs a request.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#request-authentication}
 */
export interface XMatrix {
  /** The server that sends the request. */
  origin: ServerName;
  /** The server that the request is for; left out by servers from before v1.3. */
  destination?: ServerName | undefined;
  /** ID of the signing key, `ed25519:name`. */
  key: string;
  /** Signature in unpadded base64. */
  sig: string;
}

/** Longest header that is read, in characters. */
export const MAX_X_MATRIX_LENGTH = 4096;

const SCHEME = /^x-matrix +/i;
const NAMES = ["origin", "destination", "key", "sig"] as const;
// RFC 9110 tokens, and colons: older servers send server names and key IDs without quotes.
const TOKEN = /[\w!#$%&'*+.^`|~:-]+/y;
// What RFC 9110 has recipients take: white space around the equals sign, and empty elements of lists.
const EQUALS = /[ \t]*=[ \t]*/y;
const EMPTY_ELEMENTS = /(?:[ \t]*,)*[ \t]*/y;
const SEPARATOR = /[ \t]*(?:,[ \t]*)+/y;
const END = /[ \t]*$/y;

/**
 * Reads an `X-Matrix` header: parameters in any order, names in any case, values quoted or not; unknown ones are ignored, and so are
 * white space around `=` and empty elements.
 *
 * @throws {XMatrixError} `INVALID_X_MATRIX`, if the header is malformed, too long, lacks `origin`, `key` or `sig`, or
 * repeats a parameter.
 * @example
 * parseXMatrix('X-Matrix origin="a.org",destination="b.org",key="ed25519:1",sig="ABC"').origin; // "a.org"
 */
export function parseXMatrix(header: string): XMatrix {
  if (header.length > MAX_X_MATRIX_LENGTH) throw new XMatrixError(`longer than ${MAX_X_MATRIX_LENGTH} characters`);
  const scheme = SCHEME.exec(header);
  if (!scheme) throw new XMatrixError("the scheme is not X-Matrix");
  const values = new Map<string, string>();
  let at = scheme[0].length;
  at += matchAt(EMPTY_ELEMENTS, header, at)?.length ?? 0;
  for (;;) {
    const name = token(header, at, "a parameter name").toLowerCase();
    at += name.length;
    const equals = matchAt(EQUALS, header, at);
    if (equals === undefined) throw new XMatrixError(`parameter ${name} has no value`);
    at += equals.length;
    const value = header[at] === '"' ? quoted(header, at) : unquoted(header, at);
    if (values.has(name)) throw new XMatrixError(`parameter ${name} is repeated`);
    values.set(name, value.text);
    at = value.end;
    if (matchAt(END, header, at) !== undefined) break;
    const separator = matchAt(SEPARATOR, header, at);
    if (separator === undefined) throw new XMatrixError(`expected a comma after parameter ${name}`);
    at += separator.length;
    if (at === header.length) break;
  }
  return fromValues(values);
}

/**
 * Writes an `X-Matrix` header in the form that every server reads: all values quoted, one space after the scheme.
 *
 * @throws {XMatrixError} `INVALID_X_MATRIX`, if a value is empty or has quotes, backslashes or control characters.
 */
export function formatXMatrix(parameters: XMatrix): string {
  const written = NAMES.flatMap((name) => {
    const value = parameters[name];
    if (value === undefined && name === "destination") return [];
    if (value === undefined || !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(value)) throw new XMatrixError(`${name} cannot be written in a header`);
    return [`${name}="${value}"`];
  });
  return `X-Matrix ${written.join(",")}`;
}

function fromValues(values: ReadonlyMap<string, string>): XMatrix {
  const destination = values.get("destination");
  const signed = { origin: required(values, "origin"), key: required(values, "key"), sig: required(values, "sig") };
  return destination === undefined ? signed : { ...signed, destination };
}

function required(values: ReadonlyMap<string, string>, name: string): string {
  const value = values.get(name);
  if (!value) throw new XMatrixError(`parameter ${name} is missing`);
  return value;
}

interface Value {
  readonly text: string;
  /** Where the header goes on. */
  readonly end: number;
}

function unquoted(header: string, at: number): Value {
  const text = token(header, at, "a value");
  return { text, end: at + text.length };
}

function quoted(header: string, open: number): Value {
  let text = "";
  for (let at = open + 1; at < header.length; at++) {
    const char = header[at];
    if (char === '"') return { text, end: at + 1 };
    // A backslash stands for the character after it, which need not be special.
    text += char === "\\" ? (header[++at] ?? "") : char;
  }
  throw new XMatrixError("a quoted value has no end");
}

function token(header: string, at: number, what: string): string {
  const text = matchAt(TOKEN, header, at);
  if (text === undefined) throw new XMatrixError(`expected ${what} at character ${at}`);
  return text;
}

/** What a sticky pattern matches at a place. */
function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
