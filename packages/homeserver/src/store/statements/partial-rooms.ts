import { query, type Query, type Write, write } from "../statement.ts";
import type { EventRow } from "./events.ts";

/** A room that was joined without its members. */
export interface PartialRoomRow {
  readonly room_nid: number;
  /** The join from which on states lack members; null once they have come. */
  readonly join_nid: number | null;
  /** The server that the room was joined by. */
  readonly server: string | null;
  /** The servers that were in the room, as a JSON array. */
  readonly servers: string | null;
  /** Where in the log the members came; null as long as they are missing. */
  readonly completed_pos: number | null;
  /** 1 if that changed what clients had been told. */
  readonly changed: number;
}
/** Reads every room that was joined without its members, at start. */
export const partialRooms: Query<[], PartialRoomRow> = query("partialRooms", `select * from partial_rooms`);
/** Stores that a room was joined without its members. */
export const upsertPartialRoom: Write<[roomNid: number, joinNid: number, server: string, servers: string]> = write(
  "upsertPartialRoom",
  `insert into partial_rooms (room_nid, join_nid, server, servers, changed) values (?1, ?2, ?3, ?4, 0)
   on conflict (room_nid) do update set join_nid = excluded.join_nid, server = excluded.server, servers = excluded.servers,
     completed_pos = null, changed = 0`,
);
/** Stores that the members of a room have come. */
export const completePartialRoom: Write<[roomNid: number, pos: number, changed: number]> = write(
  "completePartialRoom",
  `update partial_rooms set join_nid = null, server = null, servers = null, completed_pos = ?2, changed = ?3 where room_nid = ?1`,
);
/** Stores that the members of a room are not fetched any more. */
export const deletePartialRoom: Write<[roomNid: number]> = write("deletePartialRoom", `delete from partial_rooms where room_nid = ?1`);

/** Reads the events of a room from a number on whose state is known, whatever became of them, in the order of their numbers. */
export const judgedEventsFrom: Query<[roomNid: number, from: number, limit: number], EventRow> = query(
  "judgedEventsFrom",
  `select * from events where event_nid >= ?2 and room_nid = ?1 and status in (0, 1, 2) and state_nid <> 0 and renumbered_nid is null
   order by event_nid limit ?3`,
);
/** Stores what an event is once it was judged again: its place, its states, and what became of it. */
export const judgeAgain: Write<
  [
    eventNid: number,
    timelinePos: number | null,
    stateNid: number,
    afterNid: number | null,
    forked: number,
    replacesNid: number | null,
    status: number,
  ]
> = write(
  "judgeAgain",
  `update events set timeline_pos = ?2, state_nid = ?3, after_nid = ?4, forked = ?5, replaces_nid = ?6, status = ?7 where event_nid = ?1`,
);
/** Takes a redaction back from what it has redacted. */
export const takeBackRedaction: Write<[roomNid: number, redactionNid: number]> = write(
  "takeBackRedaction",
  `update events set redacted_by = null where room_nid = ?1 and redacted_by = ?2`,
);
