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
/** Reads the IDs of the devices of some users. */
export const deviceIdsOfUsers: Query<
  [userNids: string],
  { readonly user_nid: number; readonly device_nid: number; readonly device_id: string }
> = query("deviceIdsOfUsers", `select user_nid, device_nid, device_id from devices where user_nid in inList(?1) order by device_nid`);
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
const deviceTables: readonly Write<[deviceNid: number]>[] = [
  "devices",
  "access_tokens",
  "refresh_tokens",
  "device_keys",
  "one_time_keys",
  "fallback_keys",
  "dehydrated_devices",
  "to_device",
  "to_device_pages",
  "to_device_txns",
  "sliding_connections",
  "txn_ids",
  "pushers",
].map((table) => write(`deleteDevice.${table}`, `delete from ${table} where device_nid = ?1`));
/** Removes a device and all that belongs to it; run every one of them. */
export const deleteDeviceRows: readonly Write<[deviceNid: number]>[] = [
  // As long as its ID is known.
  write(
    "deleteDevice.key_signatures",
    `delete from key_signatures where signer_nid = target_nid
       and (signer_nid, key_id) in (select user_nid, 'ed25519:' || device_id from devices where device_nid = ?1)`,
  ),
  write(
    "deleteDevice.signatures_on_it",
    `delete from key_signatures where (target_nid, target_key) in (select user_nid, device_id from devices where device_nid = ?1)`,
  ),
  ...deviceTables,
];
/** An access token with the device and user that it belongs to. */
export interface TokenRow {
  readonly user_nid: number;
  readonly device_nid: number;
  readonly expires_ts: number | null;
  /** 1 where neither it nor its refresh token was used yet. */
  readonly unused: number;
  readonly user_id: string;
  readonly device_id: string;
  readonly admin: number;
  readonly guest: number;
  /** Since when the account is locked, in milliseconds. */
  readonly locked_ts: number | null;
  /** Since when it is suspended. */
  readonly suspended_ts: number | null;
}
/** Reads whose an access token is; none are of accounts that were deactivated. */
export const tokenOwner: Query<[hash: Uint8Array], TokenRow> = query(
  "tokenOwner",
  `select t.user_nid, t.device_nid, t.expires_ts, t.unused, u.user_id, d.device_id, a.admin, a.guest, a.locked_ts, a.suspended_ts
   from access_tokens t join users u on u.user_nid = t.user_nid join devices d on d.device_nid = t.device_nid
   join accounts a on a.user_nid = t.user_nid where t.token_hash = ?1 and a.deactivated = 0`,
);
/** A token as it is stored: its hash, whose it is, when it ends, and 1 where it replaces the earlier ones once it is used. */
type NewToken = [hash: Uint8Array, userNid: number, deviceNid: number, expiresTs: number | null, unused: number];
/** Stores an access token by its hash. */
export const insertAccessToken: Write<NewToken> = write("insertAccessToken", `insert into access_tokens values (?1, ?2, ?3, ?4, ?5)`);
/** Stores a refresh token by its hash. */
export const insertRefreshToken: Write<NewToken> = write("insertRefreshToken", `insert into refresh_tokens values (?1, ?2, ?3, ?4, ?5)`);

/** Whose a refresh token is, and 1 where neither it nor its access token was used yet. */
export interface RefreshTokenRow {
  readonly user_nid: number;
  readonly device_nid: number;
  readonly unused: number;
}
/** Reads whose a refresh token is; none are of accounts that were deactivated. */
export const refreshTokenOwner: Query<[hash: Uint8Array], RefreshTokenRow> = query(
  "refreshTokenOwner",
  `select t.user_nid, t.device_nid, t.unused from refresh_tokens t join accounts a on a.user_nid = t.user_nid
   where t.token_hash = ?1 and a.deactivated = 0`,
);
const tokenTables = ["access_tokens", "refresh_tokens"];
/** Removes every token of a device; run both. */
export const deleteTokens: readonly Write<[deviceNid: number]>[] = tokenTables.map((table) =>
  write(`deleteTokens.${table}`, `delete from ${table} where device_nid = ?1`),
);
/** Removes the tokens of a device that are used, or those that are not yet; run both. */
export const deleteTokensByUse: readonly Write<[deviceNid: number, unused: number]>[] = tokenTables.map((table) =>
  write(`deleteTokensByUse.${table}`, `delete from ${table} where device_nid = ?1 and unused = ?2`),
);
/** Marks the tokens of a device as used; run both. */
export const markTokensUsed: readonly Write<[deviceNid: number]>[] = tokenTables.map((table) =>
  write(`markTokensUsed.${table}`, `update ${table} set unused = 0 where device_nid = ?1`),
);
/** Tells whether a device exists, and whether its account is locked. */
export const deviceLock: Query<[deviceNid: number], { readonly locked_ts: number | null }> = query(
  "deviceLock",
  `select a.locked_ts from devices d join accounts a on a.user_nid = d.user_nid where d.device_nid = ?1`,
);
