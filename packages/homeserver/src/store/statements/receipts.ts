import { query, type Query, type Write, write } from "../statement.ts";

/** A receipt: how far a user has read. */
export interface ReceiptRow {
  readonly room_nid: number;
  readonly user_nid: number;
  readonly type: string;
  /** The thread's root event, `main`, or empty for the whole room. */
  readonly thread: string;
  readonly event_id: string;
  readonly ts: number;
  readonly pos: number;
}
/** Reads the receipts of a room that came after a position. */
export const receiptsSince: Query<[roomNid: number, after: number], ReceiptRow> = query(
  "receiptsSince",
  `select * from receipts where room_nid = ?1 and pos > ?2 order by pos`,
);
/** Reads the newest receipt position of every room. */
export const newestReceipts: Query<[], { readonly room_nid: number; readonly pos: number }> = query(
  "newestReceipts",
  `select room_nid, max(pos) as pos from receipts group by room_nid`,
);
/** Stores a receipt. */
export const upsertReceipt: Write<
  [roomNid: number, userNid: number, type: string, thread: string, eventId: string, ts: number, pos: number]
> = write(
  "upsertReceipt",
  `insert into receipts values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
   on conflict (room_nid, user_nid, type, thread) do update set event_id = excluded.event_id, ts = excluded.ts, pos = excluded.pos`,
);
