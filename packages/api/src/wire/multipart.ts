import { concatBytes } from "./concat-bytes.ts";
import { ValidationError } from "../errors.ts";
import { isJsonObject, type JsonObject } from "../model/json.ts";
import { type FileResponse, isFile, type MultipartMedia, rawModel } from "./media.ts";
import type { Model } from "../model/model.ts";

const CRLF = "\r\n";
const encoder = /* @__PURE__ */ new TextEncoder();
const decoder = /* @__PURE__ */ new TextDecoder();

/**
 * Writes the `multipart/mixed` body of media endpoints between servers: a JSON part, then the file or its location.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1mediadownloadmediaid}
 */
export function formatMultipart({ metadata, file }: MultipartMedia): { headers: Record<string, string>; body: Uint8Array<ArrayBuffer> } {
  const content = "location" in file ? new Uint8Array() : file.body;
  const boundary = chooseBoundary(content);
  const fileHeaders =
    "location" in file
      ? `Location: ${headerValue(file.location)}${CRLF}`
      : `Content-Type: ${headerValue(file.contentType)}${CRLF}` +
        (file.contentDisposition === undefined ? "" : `Content-Disposition: ${headerValue(file.contentDisposition)}${CRLF}`);
  const head =
    `--${boundary}${CRLF}Content-Type: application/json${CRLF}${CRLF}${JSON.stringify(metadata)}${CRLF}` +
    `--${boundary}${CRLF}${fileHeaders}${CRLF}`;
  const body = concatBytes([encoder.encode(head), content, encoder.encode(`${CRLF}--${boundary}--${CRLF}`)]);
  return { headers: { "content-type": `multipart/mixed; boundary=${boundary}` }, body };
}

/** Reads such a body. @throws {ValidationError} If it has not two parts, or the first is no JSON object. */
export function parseMultipart(contentType: string, body: unknown): MultipartMedia {
  const boundary = /^multipart\/mixed\s*;(?:.*;)?\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s;,"]{1,70}))/i.exec(contentType);
  const name = boundary?.[1] ?? boundary?.[2];
  if (name === undefined || !(body instanceof Uint8Array)) throw invalid("expected multipart/mixed with a boundary of 1 to 70 characters");
  const [json, file] = split(body, encoder.encode(`--${name}`));
  if (!json || !file) throw invalid("expected two parts");
  return { metadata: parseMetadata(json.content), file: toFile(file) };
}

const isMultipart = (value: unknown): value is MultipartMedia =>
  isJsonObject(value) && isJsonObject(value["metadata"]) && isFile(value["file"]);

/** A `multipart/mixed` response of a JSON object and a file. */
export const multipartResponse: Model<MultipartMedia> = /* @__PURE__ */ rawModel("multipart", "metadata and a file", isMultipart, {
  encode: formatMultipart,
  decode: parseMultipart,
});

interface Part {
  readonly headers: ReadonlyMap<string, string>;
  readonly content: Uint8Array;
}

function toFile({ headers, content }: Part): FileResponse {
  const location = headers.get("location");
  if (location !== undefined) return { location };
  return {
    body: content,
    contentType: headers.get("content-type") ?? "application/octet-stream",
    contentDisposition: headers.get("content-disposition"),
  };
}

function parseMetadata(content: Uint8Array): JsonObject {
  try {
    const value: unknown = JSON.parse(decoder.decode(content));
    if (isJsonObject(value)) return value;
  } catch {
    // Reported below, with every other form that is not an object.
  }
  throw invalid("expected a JSON object as the first part");
}

/** Cuts a body at its delimiter lines; at most the first two parts are read. */
function split(body: Uint8Array, delimiter: Uint8Array): Part[] {
  const parts: Part[] = [];
  let start = delimiterAt(body, delimiter, 0);
  while (start >= 0 && parts.length < 2) {
    const from = start + delimiter.length;
    if (body[from] === 0x2d && body[from + 1] === 0x2d) break;
    const next = delimiterAt(body, delimiter, from);
    if (next < 0) break;
    // The line break before a delimiter belongs to it.
    const end = body[next - 2] === 0x0d ? next - 2 : next - 1;
    parts.push(parsePart(body.subarray(endOfLine(body, from), Math.max(end, from))));
    start = next;
  }
  return parts;
}

function parsePart(part: Uint8Array): Part {
  const headers = new Map<string, string>();
  let at = 0;
  while (at < part.length && headers.size < 32) {
    const next = endOfLine(part, at);
    const line = decoder.decode(part.subarray(at, next)).trim();
    at = next;
    if (line === "") break;
    const colon = line.indexOf(":");
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return { headers, content: part.subarray(at) };
}

function endOfLine(bytes: Uint8Array, from: number): number {
  const lineFeed = bytes.indexOf(0x0a, from);
  return lineFeed < 0 ? bytes.length : lineFeed + 1;
}

/** The next place where the delimiter begins a line. */
function delimiterAt(bytes: Uint8Array, delimiter: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0x2d, from); at >= 0; at = bytes.indexOf(0x2d, at + 1)) {
    const beginsLine = at === 0 || bytes[at - 1] === 0x0a;
    if (beginsLine && delimiter.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}

/** A boundary that does not occur in the content; derived from it, so that the function stays pure. */
function chooseBoundary(content: Uint8Array): string {
  for (let n = content.length; ; n++) {
    const boundary = `patrix-${n.toString(36)}`;
    if (delimiterAt(content, encoder.encode(`--${boundary}`), 0) < 0) return boundary;
  }
}

function headerValue(text: string): string {
  return text.replaceAll(/[\r\n\0]/g, " ");
}

function invalid(message: string): ValidationError {
  return new ValidationError([{ pointer: "", message }]);
}
