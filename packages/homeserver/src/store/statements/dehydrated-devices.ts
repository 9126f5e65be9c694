import { query, type Query, type Write, write } from "../statement.ts";

/** The dehydrated device of a user. */
export interface DehydratedDeviceRow {
  readonly device_nid: number;
  readonly device_id: string;
  /** The encrypted device. */
  readonly json: string;
}
/** Reads the dehydrated device of a user. */
export const dehydratedDevice: Query<[userNid: number], DehydratedDeviceRow> = query(
  "dehydratedDevice",
  `select h.device_nid, d.device_id, h.json from dehydrated_devices h join devices d on d.device_nid = h.device_nid where h.user_nid = ?1`,
);
/** Stores which device is dehydrated; nothing if it was removed meanwhile. */
export const upsertDehydratedDevice: Write<[userNid: number, deviceNid: number, json: string]> = write(
  "upsertDehydratedDevice",
  `insert into dehydrated_devices (user_nid, device_nid, json) select ?1, ?2, ?3 where exists (select 1 from devices where device_nid = ?2)
   on conflict (user_nid) do update set device_nid = excluded.device_nid, json = excluded.json`,
);
/** Stores that a device is dehydrated no more. */
export const deleteDehydratedDevice: Write<[deviceNid: number]> = write(
  "deleteDehydratedDevice",
  `delete from dehydrated_devices where device_nid = ?1`,
);
