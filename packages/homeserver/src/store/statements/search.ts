import { query, type Query, type Write, write } from "../statement.ts";

/** An event that is found by words, with all of its words. */
export interface SearchTextRow {
  readonly event_nid: number;
  readonly words: string;
}

/**
 * Reads the events between two numbers, the first included, that have what is asked for, newest first: words in the form
 * `a AND (b OR c*)`, of which `c*` is every word that begins so.
 */
export const searchTextsBetween: Query<[asked: string, from: number, before: number, limit: number], SearchTextRow> = query(
  "searchTextsBetween",
  `select rowid as event_nid, words from search_index where search_index match ?1 and rowid >= ?2 and rowid < ?3
   order by rowid desc limit ?4`,
);
/**
 * As {@link searchTextsBetween}, from the first event on, for words that few events have: all that have them are looked up before they are
 * put in order.
 */
export const searchTextsBefore: Query<[asked: string, before: number, limit: number], SearchTextRow> = query(
  "searchTextsBefore",
  `with found as materialized (select rowid as nid from search_index where search_index match ?1 and rowid < ?2)
   select event_nid, words from search_texts where event_nid in (select nid from found order by nid desc limit ?3) order by event_nid desc`,
);
/** Reads where a stretch of events begins that have words and come before a number; nothing if there are fewer. */
export const searchStretch: Query<[before: number, length: number], { readonly event_nid: number }> = query(
  "searchStretch",
  `select event_nid from search_texts where event_nid < ?1 order by event_nid desc limit 1 offset ?2 - 1`,
);
/** Stores the words of an event, unless it is redacted. */
export const insertSearchText: Write<[eventNid: number, words: string]> = write(
  "insertSearchText",
  `insert into search_texts (event_nid, words) select ?1, ?2
   where not exists (select 1 from events where event_nid = ?1 and redacted_by is not null) on conflict do nothing`,
);
/** Forgets the words of an event. */
export const deleteSearchText: Write<[eventNid: number]> = write("deleteSearchText", `delete from search_texts where event_nid = ?1`);
