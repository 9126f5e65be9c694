import { query, type Query, type Write, write } from "../statement.ts";

/** An event as it is stored. */
export interface EventRow {
  readonly event_nid: number;
  readonly room_nid: number;
  /** Place in the timeline: the NID of an event that came as it was sent, negative for history, null for what is in no timeline. */
  readonly timeline_pos: number | null;
  readonly event_id: string;
  readonly type_nid: number;
  readonly skey_nid: number | null;
  readonly sender_nid: number;
  readonly depth: number;
  readonly ts: number;
  /** The state group before the event, on its own branch. */
  readonly state_nid: number;
  /** The state group of the room after this row of the timeline, its forks resolved; null where it is not known. */
  readonly after_nid: number | null;
  /** 1 if the event does not follow straight from the row before: its own branch has another state than the room. */
  readonly forked: number;
  /** The state event that it replaced. */
  readonly replaces_nid: number | null;
  readonly status: number;
  /** The redaction that applies to it. */
  readonly redacted_by: number | null;
  /** The device that sent it, and with which transaction ID. */
  readonly device_nid: number | null;
  readonly txn: string | null;
  /** The delayed event that it comes from. */
  readonly delay_id: string | null;
  /** The PDU as canonical JSON. */
  readonly json: string;
  /** The number that the event has since it has a place: this row is what it was before, and stands for it where a state names it. */
  readonly renumbered_nid: number | null;
}

/** Reads events by number, in no order. */
export const eventsByNids: Query<[nids: string], EventRow> = query("eventsByNids", `select * from events where event_nid in inList(?1)`);
/** Reads events by their IDs, in no order. */
export const eventsByIds: Query<[eventIds: string], EventRow> = query(
  "eventsByIds",
  `select * from events where event_id in inList(?1) and renumbered_nid is null`,
);
/** Reads a stretch of a room's timeline, newest first: at most `?4` events after the place `?2` and up to `?3`. */
export const timelineBackward: Query<[roomNid: number, after: number, upTo: number, limit: number], EventRow> = query(
  "timelineBackward",
  `select * from events where room_nid = ?1 and timeline_pos > ?2 and timeline_pos <= ?3 order by timeline_pos desc limit ?4`,
);
/** Reads a stretch of a room's timeline, oldest first: at most `?4` events after the place `?2` and up to `?3`. */
export const timelineForward: Query<[roomNid: number, after: number, upTo: number, limit: number], EventRow> = query(
  "timelineForward",
  `select * from events where room_nid = ?1 and timeline_pos > ?2 and timeline_pos <= ?3 order by timeline_pos limit ?4`,
);
/** Reads what came into the timelines of a shard's rooms after a position and up to another, in order; history is not among it. */
export const timelineFacts: Query<[after: number, upTo: number, shard: number, limit: number], EventRow> = query(
  "timelineFacts",
  `select * from events where event_nid > ?1 and event_nid <= ?2 and event_nid % 64 = ?3 and timeline_pos = event_nid
   order by event_nid limit ?4`,
);
/** Reads the events up to a number, those with the largest numbers first: of all rooms, and in whatever timeline, or in none. */
export const eventsUpTo: Query<[upTo: number, limit: number], EventRow> = query(
  "eventsUpTo",
  `select * from events where event_nid <= ?1 and renumbered_nid is null order by event_nid desc limit ?2`,
);
/** Adds up the bytes of events, but for those of one type. */
export const sizeOfEvents: Query<[nids: string, exceptTypeNid: number], { readonly bytes: number }> = query(
  "sizeOfEvents",
  `select coalesce(sum(octet_length(json)), 0) as bytes from events where event_nid in inList(?1) and type_nid <> ?2`,
);
/** Reads the place of the oldest event of a timeline. */
export const oldestOfTimeline: Query<[roomNid: number], { readonly timeline_pos: number | null }> = query(
  "oldestOfTimeline",
  `select min(timeline_pos) as timeline_pos from events where room_nid = ?1`,
);
/** Stores an event. */
export const insertEvent: Write<
  [
    nid: number,
    roomNid: number,
    timelinePos: number | null,
    eventId: string,
    typeNid: number,
    skeyNid: number | null,
    senderNid: number,
    depth: number,
    ts: number,
    stateNid: number,
    afterNid: number | null,
    forked: number,
    replacesNid: number | null,
    status: number,
    deviceNid: number | null,
    txn: string | null,
    delayId: string | null,
    json: string,
  ]
> = write(
  "insertEvent",
  `insert into events (event_nid, room_nid, timeline_pos, event_id, type_nid, skey_nid, sender_nid, depth, ts, state_nid, after_nid,
     forked, replaces_nid, status, device_nid, txn, delay_id, json)
   values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)`,
);
/** Stores the place of an event that was in no timeline, null where it gets none, and in which state it was sent. */
export const placeEvent: Write<[eventNid: number, timelinePos: number | null, stateNid: number, status: number]> = write(
  "placeEvent",
  `update events set timeline_pos = ?2, state_nid = ?3, status = ?4 where event_nid = ?1`,
);
/** Gives way to the row of an event under a new number, which is inserted then: event IDs begin with `$`. */
export const renumberEvent: Write<[eventNid: number, renumberedNid: number]> = write(
  "renumberEvent",
  `update events set event_id = '=' || event_id, renumbered_nid = ?2 where event_nid = ?1`,
);
/** Marks an event as redacted by another. */
export const redactEvent: Write<[eventNid: number, redactionNid: number]> = write(
  "redactEvent",
  `update events set redacted_by = ?2 where event_nid = ?1 and redacted_by is null`,
);

/** Reads the event that a device sent with a transaction ID. */
export const eventOfTransaction: Query<[deviceNid: number, txn: string], { readonly event_nid: number }> = query(
  "eventOfTransaction",
  `select event_nid from txn_ids where device_nid = ?1 and txn = ?2`,
);
/** Reads the transaction IDs of a device, at most as many as `?2`. */
export const transactionsOfDevice: Query<[deviceNid: number, limit: number], { readonly txn: string }> = query(
  "transactionsOfDevice",
  `select txn from txn_ids where device_nid = ?1 limit ?2`,
);
/** Stores which event a device sent with a transaction ID. */
export const insertTransaction: Write<[deviceNid: number, txn: string, eventNid: number, ts: number]> = write(
  "insertTransaction",
  `insert into txn_ids values (?1, ?2, ?3, ?4)`,
);
/** Drops transaction IDs older than a time in milliseconds. */
export const pruneTransactions: Write<[beforeTs: number]> = write("pruneTransactions", `delete from txn_ids where ts < ?1`);
/** Reads the types of the newest events of a room's timeline up to a place. */
export const timelineTypes: Query<
  [roomNid: number, upTo: number, limit: number],
  { readonly timeline_pos: number; readonly type_nid: number }
> = query(
  "timelineTypes",
  `select timeline_pos, type_nid from events where room_nid = ?1 and timeline_pos <= ?2 order by timeline_pos desc limit ?3`,
);
/** Reads one event that is not here and that others of a room follow, if there is one. */
export const anyMissingEvent: Query<[roomNid: number], { readonly event_id: string }> = query(
  "anyMissingEvent",
  `select event_id from missing_events where room_nid = ?1 limit 1`,
);
/** Reads events that are not here and that others of a stretch of a timeline follow, with the places of those: those first that the newest follow. */
export const gapsOfStretch: Query<
  [roomNid: number, after: number, upTo: number, limit: number],
  { readonly event_id: string; readonly timeline_pos: number }
> = query(
  "gapsOfStretch",
  `select m.event_id, max(e.timeline_pos) as timeline_pos from missing_events m join events e on e.event_nid = m.before_nid
   where m.room_nid = ?1 and e.timeline_pos > ?2 and e.timeline_pos <= ?3 group by m.event_id order by 2 desc, 1 limit ?4`,
);
/** Reads which of some events of a room follow events that are not here. */
export const eventsAfterGaps: Query<[roomNid: number, nids: string], { readonly before_nid: number }> = query(
  "eventsAfterGaps",
  `select distinct before_nid from missing_events where room_nid = ?1 and before_nid in inList(?2)`,
);
/** Stores that an event that others follow is not here. */
export const insertMissingEvent: Write<[eventId: string, roomNid: number, beforeNid: number]> = write(
  "insertMissingEvent",
  `insert into missing_events values (?1, ?2, ?3) on conflict do nothing`,
);
/** Reads whether events that are here follow one that is not. */
export const followersOfMissing: Query<[eventId: string, roomNid: number], { readonly before_nid: number }> = query(
  "followersOfMissing",
  `select before_nid from missing_events where event_id = ?1 and room_nid = ?2 order by before_nid limit 1`,
);
/** Stores that an event is here. */
export const deleteMissingEvent: Write<[eventId: string]> = write("deleteMissingEvent", `delete from missing_events where event_id = ?1`);
