import { query, type Query, type Write, write } from "../statement.ts";

/** Reads the oldest messages for a device up to a position. */
export const toDeviceUpTo: Query<[deviceNid: number, upTo: number, limit: number], { readonly pos: number; readonly json: string }> = query(
  "toDeviceUpTo",
  `select pos, json from to_device where device_nid = ?1 and pos <= ?2 order by pos limit ?3`,
);
/** Stores a message. */
export const insertToDevice: Write<[pos: number, deviceNid: number, json: string]> = write(
  "insertToDevice",
  `insert into to_device select ?1, ?2, ?3 where exists (select 1 from devices where device_nid = ?2)`,
);
/** Deletes the oldest messages of a device beyond a number and a size of all. */
export const trimToDevice: Write<[deviceNid: number, keep: number, keepBytes: number]> = write(
  "trimToDevice",
  `delete from to_device where device_nid = ?1 and pos <= coalesce((select max(pos) from
     (select pos, row_number() over newest as place, sum(length(json)) over newest as bytes
      from to_device where device_nid = ?1 window newest as (order by pos desc)) as placed
     where place > ?2 or bytes > ?3), 0)`,
);
/** Deletes the messages up to a position. */
export const deleteToDeviceUpTo: Write<[deviceNid: number, upTo: number]> = write(
  "deleteToDeviceUpTo",
  `delete from to_device where device_nid = ?1 and pos <= ?2`,
);

/** Reads how far the response with a token went, if it did not hold every message. */
export const toDevicePage: Query<[deviceNid: number, tokenPos: number], { readonly last_pos: number }> = query(
  "toDevicePage",
  `select last_pos from to_device_pages where device_nid = ?1 and token_pos = ?2`,
);
/** Stores how far such a response went; the first response with a token counts, since it went least far. */
export const upsertToDevicePage: Write<[deviceNid: number, tokenPos: number, lastPos: number]> = write(
  "upsertToDevicePage",
  `insert into to_device_pages values (?1, ?2, ?3)
   on conflict (device_nid, token_pos) do nothing`,
);
/** Deletes what is stored of responses before a token. */
export const deleteToDevicePages: Write<[deviceNid: number, before: number]> = write(
  "deleteToDevicePages",
  `delete from to_device_pages where device_nid = ?1 and token_pos < ?2`,
);

/** Finds a transaction that was done. */
export const toDeviceTransaction: Query<[deviceNid: number, txn: string], { readonly ts: number }> = query(
  "toDeviceTransaction",
  `select ts from to_device_txns where device_nid = ?1 and txn = ?2`,
);
/** Stores that a transaction was done. */
export const insertToDeviceTransaction: Write<[deviceNid: number, txn: string, ts: number]> = write(
  "insertToDeviceTransaction",
  `insert into to_device_txns values (?1, ?2, ?3)`,
);
/** Forgets the transactions of a device before a time. */
export const deleteToDeviceTransactions: Write<[deviceNid: number, before: number]> = write(
  "deleteToDeviceTransactions",
  `delete from to_device_txns where device_nid = ?1 and ts < ?2`,
);
