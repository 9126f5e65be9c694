import { query, type Query, type Write, write } from "../statement.ts";

/** A device as it is stored. */
export interface DeviceRow {
  readonly device_nid: number;
  readonly user_nid: number;
  readonly device_id: string;
  readonly display_name: string | null;
  readonly last_seen_ts: number | null;
  readonly last_seen_ip: string | null;
  readonly created_ts: number;
}
/** Reads the devices of a user. */
export const devicesOfUser: Query<[userNid: number], DeviceRow> = query(
  "devicesOfUser",
  `select * from devices where user_nid = ?1 order by device_nid`,
);
/** Reads one device of a user. */
export const deviceOfUser: Query<[userNid: number, deviceId: string], DeviceRow> = query(
  "deviceOfUser",
  `select * from devices where user_nid = ?1 and device_id = ?2`,
);
/** Reads the largest device number. */
export const newestDevice: Query<[], { readonly nid: number | null }> = query("newestDevice", `select max(device_nid) as nid from devices`);
/** Stores a new device. */
export const insertDevice: Write<[nid: number, userNid: number, deviceId: string, displayName: string | null, createdTs: number]> = write(
  "insertDevice",
  `insert into devices (device_nid, user_nid, device_id, display_name, created_ts) values (?1, ?2, ?3, ?4, ?5)`,
);
/** Names a device. */
export const renameDevice: Write<[nid: number, displayName: string | null]> = write(
  "renameDevice",
  `update devices set display_name = ?2 where device_nid = ?1`,
);
/** Stores when and where a device was last seen. */
export const updateLastSeen: Write<[nid: number, ts: number, ip: string]> = write(
  "updateLastSeen",
  `update devices set last_seen_ts = ?2, last_seen_ip = ?3 where device_nid = ?1`,
);
/** Removes a device and all that belongs to it; run every one of them. */
export const deleteDeviceRows: readonly Write<[deviceNid: number]>[] = [
  "devices",
  "access_tokens",
  "refresh_tokens",
  "device_keys",
  "one_time_keys",
  "fallback_keys",
  "to_device",
  "to_device_pages",
  "to_device_txns",
  "txn_ids",
  "pushers",
].map((table) => write(`deleteDevice.${table}`, `delete from ${table} where device_nid = ?1`));
/** An access token with the device and user that it belongs to. */
export interface TokenRow {
  readonly user_nid: number;
  readonly device_nid: number;
  readonly expires_ts: number | null;
  readonly user_id: string;
  readonly device_id: string;
  readonly admin: number;
  readonly guest: number;
}
/** Reads whose an access token is; none are of accounts that were deactivated. */
export const tokenOwner: Query<[hash: Uint8Array], TokenRow> = query(
  "tokenOwner",
  `select t.user_nid, t.device_nid, t.expires_ts, u.user_id, d.device_id, a.admin, a.guest
   from access_tokens t join users u on u.user_nid = t.user_nid join devices d on d.device_nid = t.device_nid
   join accounts a on a.user_nid = t.user_nid where t.token_hash = ?1 and a.deactivated = 0`,
);
/** Stores an access token by its hash. */
export const insertAccessToken: Write<[hash: Uint8Array, userNid: number, deviceNid: number, expiresTs: number | null]> = write(
  "insertAccessToken",
  `insert into access_tokens values (?1, ?2, ?3, ?4)`,
);
/** Stores a refresh token by its hash. */
export const insertRefreshToken: Write<[hash: Uint8Array, userNid: number, deviceNid: number, expiresTs: number | null]> = write(
  "insertRefreshToken",
  `insert into refresh_tokens values (?1, ?2, ?3, ?4)`,
);
/** Reads whose a refresh token is; none are of accounts that were deactivated. */
export const refreshTokenOwner: Query<[hash: Uint8Array], { readonly user_nid: number; readonly device_nid: number }> = query(
  "refreshTokenOwner",
  `select t.user_nid, t.device_nid from refresh_tokens t join accounts a on a.user_nid = t.user_nid
   where t.token_hash = ?1 and a.deactivated = 0`,
);
/** Removes the access tokens of a device. */
export const deleteAccessTokens: Write<[deviceNid: number]> = write(
  "deleteAccessTokens",
  `delete from access_tokens where device_nid = ?1`,
);
/** Removes the refresh tokens of a device. */
export const deleteRefreshTokens: Write<[deviceNid: number]> = write(
  "deleteRefreshTokens",
  `delete from refresh_tokens where device_nid = ?1`,
);
/** Tells whether a device exists. */
export const deviceExists: Query<[deviceNid: number], { readonly device_nid: number }> = query(
  "deviceExists",
  `select device_nid from devices where device_nid = ?1`,
);
