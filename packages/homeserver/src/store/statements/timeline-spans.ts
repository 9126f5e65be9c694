import { query, type Query, type Write, write } from "../statement.ts";

/** A stretch of a timeline whose events were sent in the same span of time. */
export interface StretchRow {
  readonly start_pos: number;
  /** Where the next one begins; null for the last. */
  readonly end_pos: number | null;
}

/** When an event was sent, and where it is. */
export interface EventTimeRow {
  readonly event_nid: number;
  readonly ts: number;
  readonly timeline_pos: number;
}

/** Reads the stretches of a room's timeline whose events were sent in a span of time, in the order of the timeline. */
export const stretchesOfSpan: Query<[roomNid: number, span: number], StretchRow> = query(
  "stretchesOfSpan",
  `select s.start_pos, (select min(n.start_pos) from timeline_spans n where n.room_nid = s.room_nid and n.start_pos > s.start_pos) as end_pos
   from timeline_spans s where s.room_nid = ?1 and s.span = ?2 order by s.start_pos`,
);
/** Reads the next span after one in which events of a room were sent; null if there is none. */
export const spanAfter: Query<[roomNid: number, span: number], { readonly span: number | null }> = query(
  "spanAfter",
  `select min(span) as span from timeline_spans where room_nid = ?1 and span > ?2`,
);
/** Reads the last span before one in which events of a room were sent; null if there is none. */
export const spanBefore: Query<[roomNid: number, span: number], { readonly span: number | null }> = query(
  "spanBefore",
  `select max(span) as span from timeline_spans where room_nid = ?1 and span < ?2`,
);
/** Reads when the events of a stretch were sent, from a place on and before another, at most `?4`. */
export const timesOfStretch: Query<[roomNid: number, from: number, before: number, limit: number], EventTimeRow> = query(
  "timesOfStretch",
  `select event_nid, ts, timeline_pos from events where room_nid = ?1 and timeline_pos >= ?2 and timeline_pos < ?3
   order by timeline_pos limit ?4`,
);
/** Stores that from a place on the events of a timeline were sent in a span of time. */
export const insertTimelineSpan: Write<[roomNid: number, startPos: number, span: number]> = write(
  "insertTimelineSpan",
  `insert into timeline_spans (room_nid, start_pos, span) values (?1, ?2, ?3) on conflict (room_nid, start_pos) do nothing`,
);
