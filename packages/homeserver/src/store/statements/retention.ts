import { query, type Query, type Write, write } from "../statement.ts";

/** What of an event decides whether it is purged. */
export interface AgedRow {
  readonly event_nid: number;
  readonly timeline_pos: number | null;
  /** Null for what is no state. */
  readonly skey_nid: number | null;
  readonly ts: number;
  /** As in an event's row: a row that gave way to another one. */
  readonly renumbered_nid: number | null;
}

const aged = `select event_nid, timeline_pos, skey_nid, ts, renumbered_nid from events where room_nid = ?1`;

/** Reads when the events of a timeline after a place were sent, in its order. */
export const agesInTimeline: Query<[roomNid: number, after: number, limit: number], AgedRow> = query(
  "agesInTimeline",
  `${aged} and timeline_pos > ?2 order by timeline_pos limit ?3`,
);
/** Reads when the events of a room were sent that are in no timeline, after a number. */
export const agesOutside: Query<[roomNid: number, after: number, limit: number], AgedRow> = query(
  "agesOutside",
  `${aged} and timeline_pos is null and event_nid > ?2 order by event_nid limit ?3`,
);
/** Removes an event; {@link purgeTraces} come before. */
export const deleteEvent: Write<[eventNid: number]> = write("deleteEvent", `delete from events where event_nid = ?1`);
/** Puts what a redaction leaves of an event in its place. */
export const stripEvent: Write<[eventNid: number, json: string]> = write("stripEvent", `update events set json = ?2 where event_nid = ?1`);
/** Forgets with which transactions a device has sent events that are removed. */
export const purgeTransactions: Write<[deviceNid: number]> = write(
  "purgeTransactions",
  `delete from txn_ids where device_nid = ?1 and not exists (select 1 from events e where e.event_nid = txn_ids.event_nid)`,
);
/** Remove what is stored of an event of a room beside itself and its relation: whom it notifies, its words, and for what it waits. */
export const purgeTraces: readonly Write<[roomNid: number, eventNid: number]>[] = [
  ["purgeNotifyingEvent", `delete from notifying_events where room_nid = ?1 and event_nid = ?2`],
  ["purgeUserNotifications", `delete from user_notifications where room_nid = ?1 and event_nid = ?2`],
  ["purgeSearchText", `delete from search_texts where ?1 > 0 and event_nid = ?2`],
  ["purgeStickyEvent", `delete from sticky_events where room_nid = ?1 and event_nid = ?2`],
  ["purgePendingRedaction", `delete from pending_redactions where room_nid = ?1 and redaction_nid = ?2`],
  ["purgeMissingEvents", `delete from missing_events where room_nid = ?1 and before_nid = ?2`],
].map(([name = "", sql = ""]) => write(name, sql));
/** Removes the spans of time of a stretch of a timeline in which nothing is left. */
export const purgeTimelineSpans: Write<[roomNid: number, after: number, upTo: number]> = write(
  "purgeTimelineSpans",
  `delete from timeline_spans where room_nid = ?1 and start_pos > ?2 and start_pos <= ?3 and not exists (
     select 1 from events e where e.room_nid = ?1 and e.timeline_pos >= timeline_spans.start_pos and e.timeline_pos < coalesce(
       (select min(n.start_pos) from timeline_spans n where n.room_nid = ?1 and n.start_pos > timeline_spans.start_pos), 9007199254740991))`,
);
