import { limits } from "../limits.ts";
import { type SearchTextRow, searchStretch, searchTextsBefore, searchTextsBetween } from "../store/statements/search.ts";
import type { StoreReader } from "../store/store.ts";
import { turnIfDue } from "../turns.ts";
import { type Candidate, candidateOf } from "./search-text.ts";

/** How many events the first stretch has that is looked through, from the newest on. */
const FIRST_STRETCH = 1_000;
/** Where fewer of those that are found than one in so many count, the index is asked for those that do. */
const FOREIGN = 10;
/** Where fewer events of a stretch than one in so many are found, the index is asked for all of them at once. */
const RARE = 10;

/** What is asked of the index. */
export interface Asked {
  /** Words and marks, as the index takes them. */
  readonly words: string;
  /** As `words`, with marks that take the index longer: asked for where little of what is found without them counts. */
  readonly narrowed: string;
  /** Only events with lower numbers. */
  readonly before: number;
  /** Whether one that is found counts. */
  readonly counts: (candidate: Candidate) => boolean;
}

/** The newest events that have what is asked for, newest first. */
export interface Candidates {
  readonly found: readonly Candidate[];
  /** Before which number there may be more; `undefined` where everything was looked at. */
  readonly rest: number | undefined;
}

/**
 * Reads the newest events that have some words. Frequent words are looked for backwards, in stretches that should have enough of them, and
 * rare ones everywhere at once: so neither way has much to read.
 */
export async function readCandidates(store: StoreReader, { words, narrowed, before, counts }: Asked): Promise<Candidates> {
  const limit = limits.searchCandidates.value;
  const found: Candidate[] = [];
  let [end, looked, length, asked] = [before, 0, FIRST_STRETCH, words];
  const take = (rows: readonly SearchTextRow[]): void => {
    looked += rows.length;
    for (const candidate of rows.map(candidateOf)) if (found.length < limit && counts(candidate)) found.push(candidate);
  };
  while (found.length < limit && looked < limits.searchedEvents.value) {
    const turn = turnIfDue();
    if (turn) await turn;
    const start = (await store.get(searchStretch, end, length))?.event_nid ?? 0;
    const rows = await store.all(searchTextsBetween, asked, start, end, length);
    take(rows);
    end = start;
    if (found.length * FOREIGN < looked) asked = narrowed;
    if (start > 0 && rows.length * RARE < length) {
      const more = await store.all(searchTextsBefore, asked, end, limit);
      take(more);
      end = more.length < limit ? 0 : (more.at(-1)?.event_nid ?? 0);
    }
    if (end === 0) break;
    length = Math.min(limit * RARE, Math.ceil((length * (limit - found.length)) / Math.max(1, rows.length)) + FIRST_STRETCH);
  }
  const isFull = found.length === limit;
  return { found, rest: isFull ? found.at(-1)?.nid : end === 0 ? undefined : end };
}
