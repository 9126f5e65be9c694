import { limits } from "../limits.ts";
import { type SearchTextRow, searchStretch, searchTextsBefore, searchTextsBetween } from "../store/statements/search.ts";
import type { StoreReader } from "../store/store.ts";
import { turnIfDue } from "../turns.ts";
import { type Candidate, candidateOf } from "./search-text.ts";

/** How many events a stretch has that is looked through from its end. */
const STRETCH = 2_000;
/** Where fewer events of a stretch than one in so many are found, the index is asked for all of them at once. */
const RARE = 20;

/** What is asked of the index. */
export interface Asked {
  /** Words and marks, as the index takes them. */
  readonly words: string;
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
 * Reads the newest events that have some words. Frequent words are read backwards, stretch by stretch, until there are enough, and rare ones
 * all at once: so neither way has much to read.
 */
export async function readCandidates(store: StoreReader, { words, before, counts }: Asked): Promise<Candidates> {
  const found: Candidate[] = [];
  const limit = limits.searchCandidates.value;
  let [end, looked] = [before, 0];
  const take = (rows: readonly SearchTextRow[]): void => {
    looked += rows.length;
    for (const candidate of rows.map(candidateOf)) if (found.length < limit && counts(candidate)) found.push(candidate);
  };
  while (found.length < limit && looked < limits.searchedEvents.value) {
    const turn = turnIfDue();
    if (turn) await turn;
    const start = (await store.get(searchStretch, end, STRETCH))?.event_nid;
    const rows = await store.all(searchTextsBetween, words, start ?? 0, end, STRETCH);
    take(rows);
    if (start === undefined) return { found, rest: found.length < limit ? undefined : found.at(-1)?.nid };
    end = start;
    if (rows.length * RARE >= STRETCH) continue;
    const all = await store.all(searchTextsBefore, words, end, STRETCH);
    take(all);
    end = all.at(-1)?.event_nid ?? 0;
    if (all.length < STRETCH) return { found, rest: found.length < limit ? undefined : found.at(-1)?.nid };
  }
  return { found, rest: found.length < limit ? end : found.at(-1)?.nid };
}
