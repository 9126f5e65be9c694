import { query, type Query, type Write, write } from "../statement.ts";
import { notErased } from "./not-erased.ts";

/** Account data of a user; `room_nid` is 0 for global data. */
export interface AccountDataRow {
  readonly room_nid: number;
  readonly type: string;
  readonly json: string;
}
/** Reads one piece of account data. */
export const accountDataOf: Query<[userNid: number, roomNid: number, type: string], { readonly json: string }> = query(
  "accountDataOf",
  `select json from account_data where user_nid = ?1 and room_nid = ?2 and type = ?3`,
);
/** Reads how large one piece is, without reading it. */
export const accountDataSize: Query<[userNid: number, roomNid: number, type: string], { readonly bytes: number }> = query(
  "accountDataSize",
  `select octet_length(json) as bytes from account_data where user_nid = ?1 and room_nid = ?2 and type = ?3`,
);

/** How much account data a user has, in all and for one room. */
export interface AccountDataUsageRow {
  readonly items: number;
  readonly bytes: number;
  readonly room_items: number;
  readonly room_bytes: number;
}
/** Counts the account data of a user besides one piece. */
export const accountDataUsage: Query<[userNid: number, roomNid: number, type: string], AccountDataUsageRow> = query(
  "accountDataUsage",
  `select count(*) as items, coalesce(sum(octet_length(json) + octet_length(type)), 0) as bytes,
     coalesce(sum(case when room_nid = ?2 then 1 else 0 end), 0) as room_items,
     coalesce(sum(case when room_nid = ?2 then octet_length(json) + octet_length(type) else 0 end), 0) as room_bytes
   from account_data where user_nid = ?1 and not (room_nid = ?2 and type = ?3)`,
);
/** Reads the account data of a user for a room. */
export const accountDataOfRoom: Query<[userNid: number, roomNid: number], AccountDataRow> = query(
  "accountDataOfRoom",
  `select room_nid, type, json from account_data where user_nid = ?1 and room_nid = ?2 order by type`,
);
/** Reads the account data of one type that a user has for rooms. */
export const accountDataOfType: Query<[userNid: number, type: string], AccountDataRow> = query(
  "accountDataOfType",
  `select room_nid, type, json from account_data where user_nid = ?1 and type = ?2 and room_nid <> 0`,
);
/** Account data and where in the log it was set. */
export interface PlacedAccountDataRow extends AccountDataRow {
  readonly pos: number;
}
/** Reads the account data of a user that was set after a position. */
export const accountDataSince: Query<[userNid: number, pos: number], PlacedAccountDataRow> = query(
  "accountDataSince",
  `select room_nid, type, json, pos from account_data where user_nid = ?1 and pos > ?2 order by pos`,
);
/** Stores account data; nothing for an account that was erased. */
export const upsertAccountData: Write<[userNid: number, roomNid: number, type: string, json: string, pos: number]> = write(
  "upsertAccountData",
  `insert into account_data select ?1, ?2, ?3, ?4, ?5 where ${notErased("?1")}
   on conflict (user_nid, room_nid, type) do update set json = excluded.json, pos = excluded.pos`,
);
