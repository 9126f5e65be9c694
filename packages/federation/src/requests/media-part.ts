import { FederationError } from "../errors.ts";

/** Most bytes before the file in an answer. */
const MAX_HEAD_SIZE_BYTES = 65_536;
const decoder: TextDecoder = /* @__PURE__ */ new TextDecoder();
const encoder: TextEncoder = /* @__PURE__ */ new TextEncoder();

/** The second part of an answer, with its headers by lower-case name. */
export interface MediaPart {
  readonly headers: ReadonlyMap<string, string>;
  /** The file in pieces, as they come; it fails where the answer ends too early. */
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * Reads the `multipart/mixed` answer of a media endpoint up to the file, of which nothing is held in memory.
 *
 * @throws {@link FederationError} `MALFORMED_RESPONSE` for anything but two parts.
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1mediadownloadmediaid}
 */
export async function readMediaPart(contentType: string, body: AsyncIterable<Uint8Array>): Promise<MediaPart> {
  const named = /^multipart\/mixed\s*;(?:.*;)?\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s;,"]{1,70}))/i.exec(contentType);
  const boundary = named?.[1] ?? named?.[2];
  if (boundary === undefined) throw malformed("expected multipart/mixed with a boundary of 1 to 70 characters");
  const pieces = body[Symbol.asyncIterator]();
  let read = new Uint8Array();
  // However small the pieces are, what is there is looked through a few times only.
  let enough = 1;
  let isAll = false;
  try {
    for (;;) {
      const head = read.length >= enough || isAll ? headOf(read, boundary) : undefined;
      if (head) return { headers: head.headers, content: contentOf(read.subarray(head.end), pieces, encoder.encode(`\r\n--${boundary}`)) };
      if (read.length > MAX_HEAD_SIZE_BYTES || isAll) throw malformed("expected two parts");
      if (read.length >= enough) enough = read.length * 2;
      const { value, done } = await pieces.next();
      if (done === true) isAll = true;
      else read = concat(read, value);
    }
  } catch (error) {
    await pieces.return?.();
    throw error;
  }
}

/** The headers of the second part, and where it begins; `undefined` as long as they are not there. */
function headOf(read: Uint8Array, boundary: string): { readonly headers: ReadonlyMap<string, string>; readonly end: number } | undefined {
  // Every byte is one character, so that places in the text are those in the bytes.
  const text = Array.from(read.subarray(0, MAX_HEAD_SIZE_BYTES * 2), (byte) => String.fromCharCode(byte)).join("");
  const first = text.startsWith(`--${boundary}`) ? 0 : text.indexOf(`\n--${boundary}`);
  const second = first < 0 ? -1 : text.indexOf(`\n--${boundary}`, first + boundary.length + 2);
  if (second < 0) return undefined;
  const start = text.indexOf("\n", second + 1);
  if (start < 0) return undefined;
  const blank = /\r?\n\r?\n/g;
  blank.lastIndex = start - 1;
  const end = blank.exec(text);
  if (!end) return undefined;
  const headers = new Map<string, string>();
  for (const line of decoder.decode(read.subarray(start, end.index)).split("\n").slice(0, 32)) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return { headers, end: end.index + end[0].length };
}

async function* contentOf(first: Uint8Array, pieces: AsyncIterator<Uint8Array>, delimiter: Uint8Array): AsyncGenerator<Uint8Array> {
  let held = first;
  try {
    for (;;) {
      const at = indexOf(held, delimiter);
      if (at >= 0) {
        if (at > 0) yield held.subarray(0, at);
        return;
      }
      // What may be the beginning of the delimiter waits for the next piece.
      const sure = Math.max(0, held.length - delimiter.length + 1);
      if (sure > 0) yield held.subarray(0, sure);
      const { value, done } = await pieces.next();
      if (done === true) throw malformed("the answer ends before the file does");
      held = concat(held.subarray(sure), value);
    }
  } finally {
    await pieces.return?.();
  }
}

function indexOf(bytes: Uint8Array, sought: Uint8Array): number {
  const [start = 0] = sought;
  for (let at = bytes.indexOf(start); at >= 0 && at + sought.length <= bytes.length; at = bytes.indexOf(start, at + 1))
    if (sought.every((byte, i) => bytes[at + i] === byte)) return at;
  return -1;
}

function concat(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(one.length + other.length);
  all.set(one);
  all.set(other, one.length);
  return all;
}

function malformed(message: string): FederationError {
  return new FederationError("MALFORMED_RESPONSE", message);
}
