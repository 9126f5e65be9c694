import type { RoomEventsCriteria } from "@patrix/client-api";
import { requireWithin } from "../errors.ts";
import { limits } from "../limits.ts";
import { lastCovered } from "../log/position.ts";
import type { IgnoredUsers } from "../rooms/read/bundled-aggregations.ts";
import type { RoomAccess } from "../rooms/read/room-reader.ts";
import { readCandidates } from "./read-candidates.ts";
import type { SearchIndex } from "./search-index.ts";
import { searchScope } from "./search-scope.ts";
import type { Candidate } from "./search-text.ts";
import { formatSearchToken, parseSearchToken, requestDigest, type SearchPlace } from "./search-token.ts";
import { occurrences, type SoughtWord, soughtWords } from "./search-words.ts";
import { type SightParts, visibleCandidates } from "./visible-candidates.ts";

const DEFAULT_LIMIT = 10;
/** How soon more of the same word says little more, and how many words an event has as a rule. */
const SATURATION = 1.2;
const USUAL_WORDS = 12;
/** The words that every event has beside its own: its room, its sender, its key. */
const MARKS = 3;

/** A request for results. */
export interface ResultsQuery {
  readonly userNid: number;
  readonly criteria: RoomEventsCriteria;
  readonly nextBatch: string | undefined;
}

/** What results are found with. */
export interface SearchParts extends SightParts {
  readonly index: SearchIndex;
  readonly ignoredUsers: IgnoredUsers;
}

/** Something that was found. */
export interface FoundEvent {
  readonly nid: number;
  readonly roomNid: number;
  readonly senderNid: number;
  /** Between 0 and 1. */
  readonly rank: number;
}

/** A page of results. */
export interface FoundPage {
  readonly count: number;
  readonly sought: readonly SoughtWord[];
  readonly page: readonly FoundEvent[];
  readonly access: ReadonlyMap<number, RoomAccess>;
  /** The token with which results go on after one of the page, all of them or a group; nothing where there are none. */
  readonly tokenAfter: (last: FoundEvent | undefined, group?: ResultGroup) => string | undefined;
}

/** Results with something in common. */
export interface ResultGroup extends NonNullable<SearchPlace["group"]> {
  readonly has: (found: FoundEvent) => boolean;
}

/** Finds a page of results: of what has all the words and may be seen, the best, or the newest. */
export async function findResults(parts: SearchParts, { userNid, criteria, nextBatch }: ResultsQuery): Promise<FoundPage> {
  requireWithin("searchTermLength", criteria.search_term.length, "/search_categories/room_events/search_term");
  const { core } = parts.rooms;
  const digest = requestDigest(userNid, criteria);
  const from = nextBatch === undefined ? undefined : parseSearchToken(digest, nextBatch);
  await parts.index.current();
  const { committed } = core.log;
  const newest = Math.max(...committed.map((_, shard) => lastCovered(committed, shard)));
  const before = from?.before ?? newest + 1;
  const sought = soughtWords(criteria.search_term);
  const scope = await searchScope(parts.rooms, parts.ignoredUsers, { userNid, criteria, sought, group: from?.group });
  const { found, rest } = scope ? await readCandidates(core.store, { ...scope, before }) : { found: [], rest: undefined };
  const { visible, access } = await visibleCandidates(parts, userNid, found);
  const isRecent = criteria.order_by === "recent";
  const ranked = visible.map((candidate): FoundEvent => ({ ...identify(candidate), rank: rankOf(candidate, sought) }));
  const ordered = isRecent ? ranked : ranked.toSorted(compare);
  const { last } = from ?? {};
  const left = last ? ordered.filter((result) => compare(last, result) < 0) : ordered;
  const limit = Math.min(limits.searchPage.value, Math.max(1, criteria.filter?.limit ?? DEFAULT_LIMIT));
  const count = from?.count ?? visible.length;
  const tokenAfter: FoundPage["tokenAfter"] = (end, group) => {
    const following = left.slice(left.findIndex(({ nid }) => nid === end?.nid) + 1);
    const hasMore = following.some((result) => group?.has(result) ?? true);
    // What is looked at for the best ends with the candidates; the newest go on before them. A full page has a token whatever follows:
    // there are clients that go on until a page is not full.
    const isFull = !group && left.length >= limit;
    if (!hasMore && !isFull && (!isRecent || rest === undefined)) return undefined;
    const place = isRecent
      ? { before: (hasMore ? end?.nid : (rest ?? end?.nid)) ?? before, last: undefined }
      : { before, last: end && { rank: end.rank, nid: end.nid } };
    return formatSearchToken(digest, { ...place, count, group: group ? { key: group.key, value: group.value } : from?.group });
  };
  return { count, sought, page: left.slice(0, limit), access, tokenAfter };
}

/** The better one first; of the same rank, the newer one. */
function compare(a: Pick<FoundEvent, "rank" | "nid">, b: Pick<FoundEvent, "rank" | "nid">): number {
  return b.rank - a.rank || b.nid - a.nid;
}

function identify({ nid, roomNid, senderNid }: Candidate): Omit<FoundEvent, "rank"> {
  return { nid, roomNid, senderNid };
}

/** How well an event fits: the more often the words occur, and the fewer others, the better. */
function rankOf({ words }: Candidate, sought: readonly SoughtWord[]): number {
  let length = -1 - MARKS;
  for (let at = words.indexOf(" "); at >= 0; at = words.indexOf(" ", at + 1)) length++;
  const ease = SATURATION * (0.25 + (0.75 * length) / USUAL_WORDS);
  let rank = 0;
  for (const word of sought) {
    const often = occurrences(words, word);
    rank += often / (often + ease) / sought.length;
  }
  return Math.round(rank * 1e6) / 1e6;
}
