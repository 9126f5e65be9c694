import { type Write, write } from "../statement.ts";

/** Stores what a user reports: a room, an event of it, or a user. */
export const insertReport: Write<
  [
    receivedTs: number,
    reporterNid: number,
    roomId: string | null,
    eventId: string | null,
    userId: string | null,
    reason: string | null,
    score: number | null,
  ]
> = write(
  "insertReport",
  `insert into reports (report_nid, received_ts, reporter_nid, room_id, event_id, user_id, reason, score)
   select coalesce(max(report_nid), 0) + 1, ?1, ?2, ?3, ?4, ?5, ?6, ?7 from reports`,
);
