import { query, type Query, type Write, write } from "../statement.ts";

/** Reads the oldest messages for a device up to a position. */
export const toDeviceUpTo: Query<[deviceNid: number, upTo: number, limit: number], { readonly pos: number; readonly json: string }> = query(
  "toDeviceUpTo",
  `select pos, json from to_device where device_nid = ?1 and pos <= ?2 order by pos limit ?3`,
);
/** Reads the oldest messages for a device between two positions. */
export const toDeviceBetween: Query<
  [deviceNid: number, after: number, upTo: number, limit: number],
  { readonly pos: number; readonly json: string }
> = query("toDeviceBetween", `select pos, json from to_device where device_nid = ?1 and pos > ?2 and pos <= ?3 order by pos limit ?4`);
/** Stores a message. */
export const insertToDevice: Write<[pos: number, deviceNid: number, senderNid: number, json: string]> = write(
  "insertToDevice",
  `insert into to_device (pos, device_nid, sender_nid, json)
   select ?1, ?2, ?3, ?4 where exists (select 1 from devices where device_nid = ?2)`,
);
/**
 * Deletes messages of a device beyond a size of all, a message having at least the size `leastBytes`: of each sender the
 * newest stay, and whoever has most of the queue loses first.
 */
export const trimToDevice: Write<[deviceNid: number, keepBytes: number, leastBytes: number]> = write(
  "trimToDevice",
  `delete from to_device where pos in (
     select pos from (
       select pos, sum(bytes) over (order by of_sender, pos desc) as total from (
         select pos, bytes, sum(bytes) over (partition by sender_nid order by pos desc) as of_sender from (
           select pos, sender_nid, case when octet_length(json) > ?3 then octet_length(json) else ?3 end as bytes
           from to_device where device_nid = ?1) as sized) as ranked) as kept
     where total > ?2)`,
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
/** Forgets the oldest such responses of a device but for the newest so many. */
export const trimToDevicePages: Write<[deviceNid: number, kept: number]> = write(
  "trimToDevicePages",
  `delete from to_device_pages where device_nid = ?1 and token_pos <= (
     select token_pos from to_device_pages where device_nid = ?1 order by token_pos desc limit 1 offset ?2)`,
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

/** Finds a message of another server that has come before. */
export const receivedMessage: Query<[server: string, messageId: string], { readonly received_ts: number }> = query(
  "receivedMessage",
  `select received_ts from received_messages where server = ?1 and message_id = ?2`,
);
/** Stores that a message of another server has come. */
export const insertReceivedMessage: Write<[server: string, messageId: string, receivedTs: number]> = write(
  "insertReceivedMessage",
  `insert into received_messages values (?1, ?2, ?3)`,
);
/** Forgets the oldest messages of a server but for the newest so many, and those that came in the same millisecond. */
export const trimReceivedMessages: Write<[server: string, kept: number]> = write(
  "trimReceivedMessages",
  `delete from received_messages where server = ?1 and received_ts < (
     select received_ts from received_messages where server = ?1 order by received_ts desc limit 1 offset ?2)`,
);
/** A message for a device of a user whom an application service has made. */
export interface AppserviceToDeviceRow {
  readonly pos: number;
  readonly user_nid: number;
  readonly device_nid: number;
  readonly device_id: string;
  readonly json: string;
}
/** Reads the messages for the users of an application service between two positions of a shard, in order. */
export const toDeviceOfAppservice: Query<[id: string, after: number, upTo: number, shard: number, limit: number], AppserviceToDeviceRow> =
  query(
    "toDeviceOfAppservice",
    `select t.pos, d.user_nid, t.device_nid, d.device_id, t.json from to_device t
   join devices d on d.device_nid = t.device_nid join accounts a on a.user_nid = d.user_nid
   where t.pos > ?2 and t.pos <= ?3 and t.pos % 64 = ?4 and a.app_service_id = ?1 order by t.pos limit ?5`,
  );
/** Deletes one message. */
export const deleteToDeviceMessage: Write<[pos: number]> = write("deleteToDeviceMessage", `delete from to_device where pos = ?1`);
