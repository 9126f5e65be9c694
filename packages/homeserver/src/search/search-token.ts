import { createHash } from "node:crypto";
import { SearchError } from "./errors.ts";

/** What results can be grouped by. */
export type GroupKey = "room_id" | "sender";

/** Where a page of results ends. */
export interface SearchPlace {
  /** Only events with lower numbers are searched. */
  readonly before: number;
  /** How many results the first page has announced. */
  readonly count: number;
  /** The last result so far; `undefined` where none came before. */
  readonly last: { readonly rank: number; readonly nid: number } | undefined;
  /** The group that is paged through. */
  readonly group: { readonly key: GroupKey; readonly value: string } | undefined;
}

/** What a request is recognised by when its next page is asked for. */
export function requestDigest(userNid: number, criteria: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify([userNid, criteria]))
    .digest("base64url")
    .slice(0, 16);
}

/** Formats a place in the results of a request. */
export function formatSearchToken(digest: string, { before, count, last, group }: SearchPlace): string {
  const parts = [digest, before, count, last?.rank ?? null, last?.nid ?? null, group?.key ?? null, group?.value ?? null];
  return Buffer.from(JSON.stringify(parts)).toString("base64url");
}

/** Reads such a token of the same request. @throws {SearchError} `INVALID_TOKEN` for anything else. */
export function parseSearchToken(digest: string, token: string): SearchPlace {
  const [of, before, count, rank, nid, key, value] = partsOf(token);
  if (!isCount(before) || !isCount(count)) throw new SearchError("INVALID_TOKEN", "query parameter next_batch: is none of this server");
  if (of !== digest) throw new SearchError("INVALID_TOKEN", "query parameter next_batch: belongs to another search");
  const last = typeof rank === "number" && isCount(nid) ? { rank, nid } : undefined;
  const isGroup = (key === "room_id" || key === "sender") && typeof value === "string";
  return { before, count, last, group: isGroup ? { key, value } : undefined };
}

function partsOf(token: string): readonly unknown[] {
  try {
    const read: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    return Array.isArray(read) ? read : [];
  } catch {
    return [];
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
