import { query, type Query, type Write, write } from "../statement.ts";

/** Reads the redactions of a room that came before the event that they redact, the first first. */
export const pendingRedactionsOf: Query<[roomNid: number, targetId: string], { readonly redaction_nid: number }> = query(
  "pendingRedactionsOf",
  `select redaction_nid from pending_redactions where room_nid = ?1 and target_id = ?2 order by redaction_nid limit 100`,
);
/** Stores that a redaction waits for the event that it redacts. */
export const insertPendingRedaction: Write<[redactionNid: number, roomNid: number, targetId: string]> = write(
  "insertPendingRedaction",
  `insert into pending_redactions (redaction_nid, room_nid, target_id) values (?1, ?2, ?3)`,
);
/** Removes the redactions that waited for an event. */
export const deletePendingRedactions: Write<[roomNid: number, targetId: string]> = write(
  "deletePendingRedactions",
  `delete from pending_redactions where room_nid = ?1 and target_id = ?2`,
);
