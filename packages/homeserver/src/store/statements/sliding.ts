import { query, type Query, type Write, write } from "../statement.ts";

/** Reads what is stored of a connection of sliding sync. */
export const slidingConnection: Query<[deviceNid: number, connId: string], { readonly json: string }> = query(
  "slidingConnection",
  `select json from sliding_connections where device_nid = ?1 and conn_id = ?2`,
);
/** Stores a connection of a device, unless the device is gone. */
export const upsertSlidingConnection: Write<[deviceNid: number, connId: string, usedTs: number, json: string]> = write(
  "upsertSlidingConnection",
  `insert into sliding_connections (device_nid, conn_id, used_ts, json)
   select ?1, ?2, ?3, ?4 where exists (select 1 from devices where device_nid = ?1)
   on conflict (device_nid, conn_id) do update set used_ts = excluded.used_ts, json = excluded.json`,
);
/** Forgets a connection. */
export const deleteSlidingConnection: Write<[deviceNid: number, connId: string]> = write(
  "deleteSlidingConnection",
  `delete from sliding_connections where device_nid = ?1 and conn_id = ?2`,
);
/** Forgets the connections of a device but for so many, those that were used last. */
export const trimSlidingConnections: Write<[deviceNid: number, kept: number]> = write(
  "trimSlidingConnections",
  `delete from sliding_connections where device_nid = ?1 and conn_id not in (
     select conn_id from sliding_connections where device_nid = ?1 order by used_ts desc, conn_id limit ?2)`,
);
/** Forgets connections that were used last before a time. */
export const deleteOldSlidingConnections: Write<[before: number]> = write(
  "deleteOldSlidingConnections",
  `delete from sliding_connections where used_ts < ?1`,
);
