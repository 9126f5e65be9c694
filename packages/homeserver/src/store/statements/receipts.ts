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
/** Reads the newest public receipts of a room between two positions that others than a user have sent. */
export const othersReceipts: Query<[roomNid: number, userNid: number, after: number, upTo: number, limit: number], ReceiptRow> = query(
  "othersReceipts",
  `select * from receipts where room_nid = ?1 and user_nid <> ?2 and pos > ?3 and pos <= ?4 and type <> 'm.read.private'
   order by pos desc limit ?5`,
);
/** Reads the receipts of a user in a room between two positions. */
export const receiptsOfUser: Query<[roomNid: number, userNid: number, after: number, upTo: number], ReceiptRow> = query(
  "receiptsOfUser",
  `select * from receipts where room_nid = ?1 and user_nid = ?2 and pos > ?3 and pos <= ?4`,
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
/** Removes the receipts of a user for threads, but for the newest so many; those of the main timeline are no threads. */
export const deleteOldThreadReceipts: Write<[roomNid: number, userNid: number, type: string, kept: number]> = write(
  "deleteOldThreadReceipts",
  `delete from receipts where room_nid = ?1 and user_nid = ?2 and type = ?3 and thread not in ('', 'main') and pos <= (
     select pos from receipts where room_nid = ?1 and user_nid = ?2 and type = ?3 and thread not in ('', 'main')
     order by pos desc limit 1 offset ?4)`,
);
/** Reads the receipts of all rooms between two positions of a shard, in order. */
export const receiptsInLog: Query<[after: number, upTo: number, shard: number, limit: number], ReceiptRow> = query(
  "receiptsInLog",
  `select * from receipts where pos > ?1 and pos <= ?2 and pos % 64 = ?3 order by pos limit ?4`,
);
