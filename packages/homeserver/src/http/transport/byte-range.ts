/** A part of some content, in bytes; both ends are in it. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** The headers of a request that ask for a part, or only for what is new. */
export interface RangeHeaders {
  readonly range?: string | undefined;
  readonly "if-range"?: string | undefined;
}

/**
 * The part of some content that a request asks for; `undefined` where it is to get all of it, as for several parts at once and for what
 * is no range, and `"unsatisfiable"` where there is no such part.
 *
 * @param etag The strong validator of the content.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#name-range-requests}
 */
export function requestedRange(headers: RangeHeaders, sizeBytes: number, etag: string): ByteRange | "unsatisfiable" | undefined {
  const { range, "if-range": ifRange } = headers;
  // Whoever has the beginning of other content gets all of this.
  if (range === undefined || (ifRange !== undefined && ifRange.trim() !== etag)) return undefined;
  const [, first = "", last = ""] = /^bytes[ \t]*=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(range) ?? [];
  if (first === "" && last === "") return undefined;
  if (first === "") return suffix(Number(last), sizeBytes);
  const [start, end] = [Number(first), last === "" ? Number.POSITIVE_INFINITY : Number(last)];
  if (end < start) return undefined;
  return start >= sizeBytes ? "unsatisfiable" : { start, end: Math.min(end, sizeBytes - 1) };
}

function suffix(length: number, sizeBytes: number): ByteRange | "unsatisfiable" {
  return length === 0 || sizeBytes === 0 ? "unsatisfiable" : { start: Math.max(0, sizeBytes - length), end: sizeBytes - 1 };
}

/** Whether a request has this content already: the tags of `If-None-Match` name it, weak ones too. */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(",").some((tag) => tag.trim() === "*" || tag.trim().replace(/^W\//, "") === etag);
}
