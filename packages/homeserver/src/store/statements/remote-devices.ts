import { query, type Query, type Write, write } from "../statement.ts";

/** Reads the number of the newest change of a local user's devices that other servers were told of. */
export const deviceListStream: Query<[userNid: number], { readonly stream_id: number }> = query(
  "deviceListStream",
  `select stream_id from device_list_streams where user_nid = ?1`,
);
/** Stores that number. */
export const upsertDeviceListStream: Write<[userNid: number, streamId: number]> = write(
  "upsertDeviceListStream",
  `insert into device_list_streams (user_nid, stream_id) values (?1, ?2)
   on conflict (user_nid) do update set stream_id = excluded.stream_id`,
);

/** A device of another server's user. */
export interface RemoteDeviceRow {
  readonly user_nid: number;
  readonly device_id: string;
  /** The device keys, with the name of the device in `unsigned`. */
  readonly json: string;
}
/** Reads the devices of other servers' users. */
export const remoteDevicesOfUsers: Query<[userNids: string], RemoteDeviceRow> = query(
  "remoteDevicesOfUsers",
  `select user_nid, device_id, json from remote_devices where user_nid in inList(?1) order by user_nid, device_id`,
);
/** Stores a device; nothing of a user whose list is not kept. */
export const upsertRemoteDevice: Write<[userNid: number, deviceId: string, json: string]> = write(
  "upsertRemoteDevice",
  `insert into remote_devices select ?1, ?2, ?3 where exists (select 1 from remote_device_lists where user_nid = ?1)
   on conflict (user_nid, device_id) do update set json = excluded.json`,
);
/** Removes a device. */
export const deleteRemoteDevice: Write<[userNid: number, deviceId: string]> = write(
  "deleteRemoteDevice",
  `delete from remote_devices where user_nid = ?1 and device_id = ?2`,
);
/** Removes all devices of a user. */
export const deleteRemoteDevices: Write<[userNid: number]> = write("deleteRemoteDevices", `delete from remote_devices where user_nid = ?1`);
/** Removes the cross-signing keys of another server's user. */
export const deleteRemoteSigningKeys: Write<[userNid: number]> = write(
  "deleteRemoteSigningKeys",
  `delete from cross_signing_keys where user_nid = ?1 and not exists (select 1 from accounts where user_nid = ?1)`,
);

/** A list of devices that is kept up to date. */
export interface RemoteDeviceListRow {
  readonly user_nid: number;
  /** The newest change that is in it; null where it was never read. */
  readonly stream_id: number | null;
  /** 1 where it has missed a change, and is to be read again. */
  readonly is_stale: number;
}
/** Reads which lists of some users are kept. */
export const remoteDeviceLists: Query<[userNids: string], RemoteDeviceListRow> = query(
  "remoteDeviceLists",
  `select user_nid, stream_id, is_stale from remote_device_lists where user_nid in inList(?1)`,
);
/** Stores how far a list has got. */
export const upsertRemoteDeviceList: Write<[userNid: number, streamId: number | null, isStale: number]> = write(
  "upsertRemoteDeviceList",
  `insert into remote_device_lists (user_nid, stream_id, is_stale) values (?1, ?2, ?3)
   on conflict (user_nid) do update set stream_id = excluded.stream_id, is_stale = excluded.is_stale`,
);
/** Marks a list as one that has missed a change; it is kept from now on. */
export const markStaleDeviceList: Write<[userNid: number]> = write(
  "markStaleDeviceList",
  `insert into remote_device_lists (user_nid, is_stale) values (?1, 1) on conflict (user_nid) do update set is_stale = 1`,
);
/** Removes a list. */
export const deleteRemoteDeviceList: Write<[userNid: number]> = write(
  "deleteRemoteDeviceList",
  `delete from remote_device_lists where user_nid = ?1`,
);
/** Reads whose lists are to be read again, after a user and in their order. */
export const staleDeviceLists: Query<[afterNid: number, limit: number], { readonly user_nid: number }> = query(
  "staleDeviceLists",
  `select user_nid from remote_device_lists where is_stale = 1 and user_nid > ?1 order by user_nid limit ?2`,
);
/** Reads whose lists are kept, after a user and in their order. */
export const keptDeviceLists: Query<[afterNid: number, limit: number], { readonly user_nid: number }> = query(
  "keptDeviceLists",
  `select user_nid from remote_device_lists where user_nid > ?1 order by user_nid limit ?2`,
);
/** As {@link keptDeviceLists}, of those who are or were in a room. */
export const keptDeviceListsOfRoom: Query<[roomNid: number, afterNid: number, limit: number], { readonly user_nid: number }> = query(
  "keptDeviceListsOfRoom",
  `select m.user_nid from memberships m join remote_device_lists l on l.user_nid = m.user_nid
   where m.room_nid = ?1 and m.user_nid > ?2 order by m.user_nid limit ?3`,
);
