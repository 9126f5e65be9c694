import { query, type Query, type Write, write } from "../statement.ts";

/** Some of the events that relate to one: those of one sender that were sent in the same state. */
export interface RelatedGroupRow {
  readonly sender_nid: number;
  readonly state_nid: number;
  readonly count: number;
  /** The places of the first and the last of them. */
  readonly first_pos: number;
  readonly last_pos: number;
  /** When the oldest of them was sent. */
  readonly first_ts: number;
}

/** An event that may edit another. */
export interface EditRow {
  readonly child_nid: number;
  readonly ts: number;
  readonly timeline_pos: number;
}

/** Which aggregations an event has: 1 where there is one. */
export interface AggregatedRow {
  readonly event_nid: number;
  readonly has_thread: number;
  readonly has_edit: number;
  readonly has_reference: number;
}

/** An event that relates to another. */
export interface RelatedRow {
  readonly child_nid: number;
  readonly timeline_pos: number;
}

/** One that is found by way of others. */
export interface LevelRow extends RelatedRow {
  readonly event_id: string;
  readonly rel_type: string;
  readonly type_nid: number;
  /** The state in which it was sent. */
  readonly state_nid: number;
}

/** Which events are asked for: those after the place `after` and up to `upTo`, whose type has a number from `fromType` to `toType`. */
type RelatedParams = [roomNid: number, targetId: string, after: number, upTo: number, fromType: number, toType: number, limit: number];
type OfTypeParams = [...RelatedParams, relType: string];

/** A thread of a room. */
export interface ThreadRow {
  readonly root_id: string;
  /** The place of its newest event. */
  readonly latest_pos: number;
}

const has = (relType: string): string =>
  `case when exists (select 1 from relations r where r.room_nid = e.room_nid and r.target_id = e.event_id and r.rel_type = '${relType}')
     then 1 else 0 end`;

/** Reads one relation of a room, if there is any. */
export const anyRelation: Query<[roomNid: number], { readonly child_nid: number }> = query(
  "anyRelation",
  `select child_nid from relations where room_nid = ?1 limit 1`,
);
/** Tells which aggregations some events have. */
export const aggregatedEvents: Query<[nids: string], AggregatedRow> = query(
  "aggregatedEvents",
  `select e.event_nid, ${has("m.thread")} as has_thread, ${has("m.replace")} as has_edit, ${has("m.reference")} as has_reference
   from events e where e.event_nid in inList(?1)`,
);
/** Reads the newest `?4` events of a thread up to the place `?3` and sent from a time on, by sender and by the state in which they were sent. */
export const threadGroups: Query<[roomNid: number, rootId: string, upTo: number, limit: number, sinceTs: number], RelatedGroupRow> = query(
  "threadGroups",
  `select sender_nid, state_nid, count(*) as count, min(timeline_pos) as first_pos, max(timeline_pos) as last_pos, min(ts) as first_ts from (
     select sender_nid, state_nid, timeline_pos, ts from relations
     where room_nid = ?1 and target_id = ?2 and rel_type = 'm.thread' and timeline_pos <= ?3 and ts >= ?5 order by timeline_pos desc limit ?4
   ) as newest group by sender_nid, state_nid order by last_pos desc`,
);
/** Reads, of the newest `?6` edits of an event up to the place `?3`, those by a sender and of a type, the latest first. */
export const editsOfEvent: Query<
  [roomNid: number, targetId: string, upTo: number, senderNid: number, typeNid: number, looked: number, limit: number],
  EditRow
> = query(
  "editsOfEvent",
  `select child_nid, ts, timeline_pos from (
     select child_nid, ts, timeline_pos, sender_nid, type_nid from relations
     where room_nid = ?1 and target_id = ?2 and rel_type = 'm.replace' and timeline_pos <= ?3 order by timeline_pos desc limit ?6
   ) as newest where sender_nid = ?4 and type_nid = ?5 order by ts desc, child_nid desc limit ?7`,
);
/** Reads the newest `?4` references to an event up to the place `?3` and sent from a time on, newest first, each as a group. */
export const referencesToEvent: Query<
  [roomNid: number, targetId: string, upTo: number, limit: number, sinceTs: number],
  RelatedGroupRow & { readonly event_id: string }
> = query(
  "referencesToEvent",
  `select e.event_id, r.sender_nid, r.state_nid, 1 as count, r.timeline_pos as first_pos, r.timeline_pos as last_pos, r.ts as first_ts
   from relations r join events e on e.event_nid = r.child_nid
   where r.room_nid = ?1 and r.target_id = ?2 and r.rel_type = 'm.reference' and r.timeline_pos <= ?3 and r.ts >= ?5
   order by r.timeline_pos desc limit ?4`,
);
const relatedTo = (order: "asc" | "desc", more = ""): string =>
  `select child_nid, timeline_pos from relations where room_nid = ?1 and target_id = ?2 and timeline_pos > ?3 and timeline_pos <= ?4
   and type_nid >= ?5 and type_nid <= ?6${more} order by timeline_pos ${order} limit ?7`;
const ofType = " and rel_type = ?8";

/** Reads which events relate to one, newest first. */
export const relatedBackward: Query<RelatedParams, RelatedRow> = query("relatedBackward", relatedTo("desc"));
/** Reads which events relate to one, oldest first. */
export const relatedForward: Query<RelatedParams, RelatedRow> = query("relatedForward", relatedTo("asc"));
/** As {@link relatedBackward}, of one type of relations. */
export const relatedOfTypeBackward: Query<OfTypeParams, RelatedRow> = query("relatedOfTypeBackward", relatedTo("desc", ofType));
/** As {@link relatedForward}, of one type of relations. */
export const relatedOfTypeForward: Query<OfTypeParams, RelatedRow> = query("relatedOfTypeForward", relatedTo("asc", ofType));
/** Reads which events relate to any of some, up to the place `?3`, newest first. */
export const relatedToAny: Query<[roomNid: number, targetIds: string, upTo: number, limit: number], LevelRow> = query(
  "relatedToAny",
  `select r.child_nid, r.timeline_pos, e.event_id, r.rel_type, r.type_nid, r.state_nid from relations r join events e on e.event_nid = r.child_nid
   where r.room_nid = ?1 and r.target_id in inList(?2) and r.timeline_pos <= ?3 order by r.timeline_pos desc limit ?4`,
);
/** Reads whether a user has annotated an event with what the hash stands for. */
export const sameAnnotation: Query<
  [roomNid: number, targetId: string, senderNid: number, annotation: string],
  { readonly child_nid: number }
> = query(
  "sameAnnotation",
  `select child_nid from relations where target_id = ?2 and sender_nid = ?3 and annotation = ?4 and room_nid = ?1 limit 1`,
);
/** Reads the threads of a room with events up to the place `?2`, those with the newest events first. */
export const threadsOfRoom: Query<[roomNid: number, upTo: number, limit: number], ThreadRow> = query(
  "threadsOfRoom",
  `select root_id, latest_pos from threads where room_nid = ?1 and latest_pos <= ?2 order by latest_pos desc limit ?3`,
);

/** Stores to which event one relates, unless that is known, the event was redacted, or it is in no timeline. */
export const insertRelation: Write<[childNid: number, targetId: string, relType: string, annotation: string | null]> = write(
  "insertRelation",
  `insert into relations (child_nid, room_nid, target_id, rel_type, type_nid, sender_nid, state_nid, timeline_pos, ts, annotation)
   select event_nid, room_nid, ?2, ?3, type_nid, sender_nid, state_nid, timeline_pos, ts, ?4 from events
   where event_nid = ?1 and redacted_by is null and timeline_pos is not null
   on conflict (child_nid) do nothing`,
);
/** Takes back what {@link insertRelation} stored. */
export const deleteRelation: Write<[childNid: number]> = write("deleteRelation", `delete from relations where child_nid = ?1`);
/** Puts the thread whose relation was stored among those of its room. */
export const upsertThread: Write<[childNid: number]> = write(
  "upsertThread",
  `insert into threads (room_nid, root_id, latest_pos) select room_nid, target_id, timeline_pos from relations where child_nid = ?1
   on conflict (room_nid, root_id) do update set latest_pos = excluded.latest_pos where excluded.latest_pos > threads.latest_pos`,
);
/** Takes a thread from those of its room; {@link restoreThread} puts it where it belongs. */
export const deleteThread: Write<[roomNid: number, rootId: string]> = write(
  "deleteThread",
  `delete from threads where room_nid = ?1 and root_id = ?2`,
);
/** Puts a thread among those of its room, if there is an event in it. */
export const restoreThread: Write<[roomNid: number, rootId: string]> = write(
  "restoreThread",
  `insert into threads (room_nid, root_id, latest_pos) select room_nid, target_id, timeline_pos from relations
   where room_nid = ?1 and target_id = ?2 and rel_type = 'm.thread' order by timeline_pos desc limit 1`,
);
