import { query, type Query, type Write, write } from "../statement.ts";

/** An event that is sticky. */
export interface StickyEventRow {
  readonly event_nid: number;
  readonly room_nid: number;
  readonly sender_nid: number;
  /** Until when, in milliseconds. */
  readonly expires_ts: number;
  /** The bytes of its JSON. */
  readonly bytes: number;
}

/** Reads the events that are still sticky, in the order in which they came. */
export const stickyEvents: Query<[now: number], StickyEventRow> = query(
  "stickyEvents",
  `select * from sticky_events where expires_ts > ?1 order by event_nid`,
);
/** Stores that an event is sticky. */
export const insertStickyEvent: Write<[eventNid: number, roomNid: number, senderNid: number, expiresTs: number, bytes: number]> = write(
  "insertStickyEvent",
  `insert into sticky_events (event_nid, room_nid, sender_nid, expires_ts, bytes) values (?1, ?2, ?3, ?4, ?5)`,
);
/** Removes what is no longer sticky. */
export const pruneStickyEvents: Write<[now: number]> = write("pruneStickyEvents", `delete from sticky_events where expires_ts <= ?1`);
