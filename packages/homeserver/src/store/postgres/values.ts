import { StoreError } from "../errors.ts";
import type { SqlValue } from "../statement.ts";

/**
 * PostgreSQL's text has no U+0000, and an ID or a name of a client may. It is written as U+0001 U+0001, and U+0001 as
 * U+0001 U+0002: so every text comes back as it was, and the order stays the same.
 */
export function encodeText(text: string): string {
  // Nearly every text has neither, and JSON escapes both.
  const isPlain = !text.includes("\0") && !text.includes("\u0001");
  return isPlain ? text : text.replaceAll("\u0001", "\u0001\u0002").replaceAll("\0", "\u0001\u0001");
}

/** The text that {@link encodeText} has written. */
export function decodeText(text: string): string {
  return text.includes("\u0001") ? text.replaceAll("\u0001\u0001", "\0").replaceAll("\u0001\u0002", "\u0001") : text;
}

/** A value in the form that is sent: text, bytes, or nothing. `isList` marks the JSON of `keyList`, which becomes an array. */
export function encodeValue(value: SqlValue, isList: boolean): string | Buffer | null {
  if (value === null) return null;
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return isList ? encodeList(value) : encodeText(value);
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

function encodeList(json: string): string {
  // `keyList` made it.
  const keys = JSON.parse(json) as (number | string)[];
  const items = keys.map((key) => (typeof key === "number" ? key : `"${encodeText(key).replaceAll(/["\\]/g, "\\$&")}"`));
  return `{${items.join(",")}}`;
}

/** Whole numbers are numbers here: those of the catalogue stay within ±(2^53 − 1). @throws {StoreError} `CORRUPT` for another. */
function parseInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new StoreError("CORRUPT", "the database holds an integer beyond 2^53 - 1");
  return value;
}

function parseBytes(text: string): Uint8Array {
  // The server's setting is `hex`: `\x` and two digits a byte.
  return new Uint8Array(Buffer.from(text.slice(2), "hex"));
}

const INT8 = 20;
const INT2 = 21;
const INT4 = 23;
const BYTEA = 17;
const parsers: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [INT8, parseInteger],
  [INT4, parseInteger],
  [INT2, parseInteger],
  [BYTEA, parseBytes],
]);

/** How the driver reads the columns of a row, by the number of their type. */
export const types: { getTypeParser: (oid: number) => (text: string) => unknown } = {
  getTypeParser: (oid) => parsers.get(oid) ?? decodeText,
};
