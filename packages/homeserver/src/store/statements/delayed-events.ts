import { query, type Query, type Write, write } from "../statement.ts";
import { notErased } from "./not-erased.ts";

/** An event that is to be sent later, or was. */
export interface DelayedEventRow {
  readonly delay_nid: number;
  readonly delay_id: string;
  readonly user_nid: number;
  readonly device_nid: number;
  readonly room_nid: number;
  readonly type: string;
  /** Null for what is no state. */
  readonly state_key: string | null;
  /** The content as JSON. */
  readonly content: string;
  /** How long it will be sticky, in milliseconds. */
  readonly sticky_ms: number | null;
  readonly delay_ms: number;
  /** When the wait began, in milliseconds. */
  readonly since_ts: number;
  readonly due_ts: number;
  /** Where the timeline of the room had got to when it was scheduled. */
  readonly after_pos: number;
  /** When it was sent, cancelled or refused; null while it waits. */
  readonly finalised_ts: number | null;
  /** The event that it has become. */
  readonly event_nid: number | null;
  /** The error with which it was refused, as JSON. */
  readonly error: string | null;
}

/** Reads a delayed event. */
export const delayedEventOf: Query<[delayId: string], DelayedEventRow> = query(
  "delayedEventOf",
  `select * from delayed_events where delay_id = ?1`,
);
/** Reads the delayed events of a user that wait, the next one first. */
export const scheduledDelayedEvents: Query<[userNid: number], DelayedEventRow> = query(
  "scheduledDelayedEvents",
  `select * from delayed_events where user_nid = ?1 and finalised_ts is null order by due_ts, delay_nid`,
);
/** Reads the delayed events of a user that wait no more, the newest first. */
export const finalisedDelayedEvents: Query<[userNid: number, limit: number], DelayedEventRow> = query(
  "finalisedDelayedEvents",
  `select * from delayed_events where user_nid = ?1 and finalised_ts is not null order by finalised_ts desc, delay_nid desc limit ?2`,
);
/** Counts the delayed events of a user that wait, and reads when the next is due. */
export const countDelayedEvents: Query<[userNid: number], { readonly count: number; readonly due_ts: number | null }> = query(
  "countDelayedEvents",
  `select count(*) as count, min(due_ts) as due_ts from delayed_events where user_nid = ?1 and finalised_ts is null`,
);
/** Finds the delayed event that a device has scheduled with a transaction ID. */
export const delayedEventOfTransaction: Query<[userNid: number, deviceNid: number, txn: string], { readonly delay_id: string }> = query(
  "delayedEventOfTransaction",
  `select delay_id from delayed_events where user_nid = ?1 and device_nid = ?2 and txn = ?3`,
);
/** Reads the delayed events that are due, in the order in which they are to be sent. */
export const dueDelayedEvents: Query<[now: number, limit: number], DelayedEventRow> = query(
  "dueDelayedEvents",
  `select * from delayed_events where finalised_ts is null and due_ts <= ?1 order by due_ts, delay_nid limit ?2`,
);
/** Reads when the next delayed event is due. */
export const nextDelayedEvent: Query<[], { readonly due_ts: number | null }> = query(
  "nextDelayedEvent",
  `select min(due_ts) as due_ts from delayed_events where finalised_ts is null`,
);
/** Stores a delayed event; nothing for an account that was erased. */
export const insertDelayedEvent: Write<
  [
    delayId: string,
    userNid: number,
    deviceNid: number,
    txn: string | null,
    roomNid: number,
    type: string,
    stateKey: string | null,
    content: string,
    stickyMs: number | null,
    delayMs: number,
    sinceTs: number,
    dueTs: number,
    afterPos: number,
  ]
> = write(
  "insertDelayedEvent",
  `insert into delayed_events (delay_nid, delay_id, user_nid, device_nid, txn, room_nid, type, state_key, content, sticky_ms, delay_ms,
     since_ts, due_ts, after_pos)
   select (select coalesce(max(delay_nid), 0) + 1 from delayed_events), ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13
   where ${notErased("?2")}`,
);
/** Lets a delayed event wait anew. */
export const restartDelayedEvent: Write<[delayId: string, sinceTs: number, dueTs: number]> = write(
  "restartDelayedEvent",
  `update delayed_events set since_ts = ?2, due_ts = ?3 where delay_id = ?1 and finalised_ts is null`,
);
/** Notes what became of a delayed event. */
export const finaliseDelayedEvent: Write<[delayId: string, finalisedTs: number, eventNid: number | null, error: string | null]> = write(
  "finaliseDelayedEvent",
  `update delayed_events set finalised_ts = ?2, event_nid = ?3, error = ?4 where delay_id = ?1 and finalised_ts is null`,
);
/** Removes the delayed events of a user that wait no more, but for the newest so many. */
export const trimDelayedEvents: Write<[userNid: number, kept: number]> = write(
  "trimDelayedEvents",
  `delete from delayed_events where delay_nid in (select delay_nid from delayed_events where user_nid = ?1 and finalised_ts is not null
     order by finalised_ts desc, delay_nid desc limit 1000 offset ?2)`,
);
/** Removes the delayed events that have waited no more since before a time. */
export const pruneDelayedEvents: Write<[beforeTs: number]> = write(
  "pruneDelayedEvents",
  `delete from delayed_events where finalised_ts < ?1`,
);
/** Removes every delayed event of a user. */
export const deleteDelayedEvents: Write<[userNid: number]> = write("deleteDelayedEvents", `delete from delayed_events where user_nid = ?1`);
