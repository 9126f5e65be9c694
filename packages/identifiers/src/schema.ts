import * as z from "zod/mini";

/** A zod/mini schema whose output is `T`. */
export type Schema<T> = z.ZodMiniType<T>;

/** A string with known values, which complete in an editor; any other string is accepted and kept. */
export type OpenString<Known extends string> = Known | (string & {});

/** Most identifiers may have this many bytes of UTF-8, sigil and server name included. */
export const MAX_IDENTIFIER_SIZE_BYTES = 255;

const encoder: TextEncoder = /* @__PURE__ */ new TextEncoder();

/** Whether a text has at most 255 bytes of UTF-8. */
export function fitsIdentifier(text: string): boolean {
  if (text.length * 3 <= MAX_IDENTIFIER_SIZE_BYTES) return true;
  return text.length <= MAX_IDENTIFIER_SIZE_BYTES && encoder.encode(text).length <= MAX_IDENTIFIER_SIZE_BYTES;
}

/**
 * Makes the tolerant schema of an identifier: a pattern, and at most 255 bytes.
 *
 * @param what - What is expected, for messages, with an example.
 */
/* @__NO_SIDE_EFFECTS__ */
export function identifierSchema<T extends string>(pattern: RegExp, what: string): Schema<T> {
  const schema = z.string().check(z.regex(pattern, `expected ${what}`), z.refine(fitsIdentifier, "exceeds 255 bytes"));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the pattern is what makes a string a `T`
  return schema as never;
}

/** Makes the tolerant schema of an identifier without a length limit; see {@link identifierSchema}. */
/* @__NO_SIDE_EFFECTS__ */
export function patternSchema<T extends string>(pattern: RegExp, what: string): Schema<T> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the pattern is what makes a string a `T`
  return z.string().check(z.regex(pattern, `expected ${what}`)) as never;
}

/** Makes the schema of an identifier that is any string to whoever did not make it. */
/* @__NO_SIDE_EFFECTS__ */
export function stringSchema(): Schema<string> {
  return z.string();
}
