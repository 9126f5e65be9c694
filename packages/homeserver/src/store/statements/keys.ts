import { query, type Query, type Write, write } from "../statement.ts";

/** A device with the keys it published, if it did. */
export interface DeviceKeysRow {
  readonly user_nid: number;
  readonly device_nid: number;
  readonly device_id: string;
  readonly display_name: string | null;
  /** The device keys as they were uploaded. */
  readonly json: string | null;
}
/** Reads every device of some users and its keys. */
export const deviceKeysOfUsers: Query<[userNids: string], DeviceKeysRow> = query(
  "deviceKeysOfUsers",
  `select d.user_nid, d.device_nid, d.device_id, d.display_name, k.json from devices d left join device_keys k on k.device_nid = d.device_nid
   where d.user_nid in inList(?1)`,
);
/** Reads the keys of one device. */
export const deviceKeysByNid: Query<[deviceNid: number], { readonly json: string }> = query(
  "deviceKeysByNid",
  `select json from device_keys where device_nid = ?1`,
);
/** Stores the keys of a device; nothing if it was removed meanwhile, and so do the next two. */
export const upsertDeviceKeys: Write<[deviceNid: number, json: string]> = write(
  "upsertDeviceKeys",
  `insert into device_keys select ?1, ?2 where exists (select 1 from devices where device_nid = ?1)
   on conflict (device_nid) do update set json = excluded.json`,
);

/** A one-time key or fallback key. */
export interface ClaimableKeyRow {
  readonly algorithm: string;
  /** The key ID without the algorithm. */
  readonly key_id: string;
  readonly json: string;
}
/** Reads every one-time key of a device. */
export const oneTimeKeysOfDevice: Query<[deviceNid: number], ClaimableKeyRow & { readonly seq: number }> = query(
  "oneTimeKeysOfDevice",
  `select algorithm, key_id, json, seq from one_time_keys where device_nid = ?1`,
);
/** Reads the oldest one-time key of an algorithm. */
export const oldestOneTimeKey: Query<[deviceNid: number, algorithm: string], ClaimableKeyRow> = query(
  "oldestOneTimeKey",
  `select algorithm, key_id, json from one_time_keys where device_nid = ?1 and algorithm = ?2 order by seq limit 1`,
);
/** Counts the one-time keys of a device. */
export const countOneTimeKeys: Query<[deviceNid: number], { readonly algorithm: string; readonly count: number }> = query(
  "countOneTimeKeys",
  `select algorithm, count(*) as count from one_time_keys where device_nid = ?1 group by algorithm`,
);
/** Stores a one-time key. */
export const insertOneTimeKey: Write<[deviceNid: number, algorithm: string, keyId: string, json: string, seq: number]> = write(
  "insertOneTimeKey",
  `insert into one_time_keys select ?1, ?2, ?3, ?4, ?5 where exists (select 1 from devices where device_nid = ?1)`,
);
/** Deletes a one-time key, which is handed out. */
export const deleteOneTimeKey: Write<[deviceNid: number, algorithm: string, keyId: string]> = write(
  "deleteOneTimeKey",
  `delete from one_time_keys where device_nid = ?1 and algorithm = ?2 and key_id = ?3`,
);

/** Reads the fallback keys of a device. */
export const fallbackKeysOfDevice: Query<[deviceNid: number], ClaimableKeyRow & { readonly used: number }> = query(
  "fallbackKeysOfDevice",
  `select algorithm, key_id, json, used from fallback_keys where device_nid = ?1`,
);
/** Stores the fallback key of an algorithm, unused. */
export const upsertFallbackKey: Write<[deviceNid: number, algorithm: string, keyId: string, json: string]> = write(
  "upsertFallbackKey",
  `insert into fallback_keys (device_nid, algorithm, key_id, json)
   select ?1, ?2, ?3, ?4 where exists (select 1 from devices where device_nid = ?1)
   on conflict (device_nid, algorithm) do update set key_id = excluded.key_id, json = excluded.json, used = 0`,
);
/** Marks a fallback key as used. */
export const useFallbackKey: Write<[deviceNid: number, algorithm: string]> = write(
  "useFallbackKey",
  `update fallback_keys set used = 1 where device_nid = ?1 and algorithm = ?2`,
);

/** A cross-signing key. */
export interface CrossSigningKeyRow {
  readonly user_nid: number;
  readonly usage: string;
  readonly json: string;
}
/** Reads the cross-signing keys of some users. */
export const crossSigningKeysOfUsers: Query<[userNids: string], CrossSigningKeyRow> = query(
  "crossSigningKeysOfUsers",
  `select user_nid, usage, json from cross_signing_keys where user_nid in inList(?1)`,
);
/** Reads the cross-signing keys of a user. */
export const crossSigningKeysOfUser: Query<[userNid: number], { readonly usage: string; readonly json: string }> = query(
  "crossSigningKeysOfUser",
  `select usage, json from cross_signing_keys where user_nid = ?1`,
);
/** Stores a cross-signing key. */
export const upsertCrossSigningKey: Write<[userNid: number, usage: string, json: string]> = write(
  "upsertCrossSigningKey",
  `insert into cross_signing_keys values (?1, ?2, ?3) on conflict (user_nid, usage) do update set json = excluded.json`,
);

/** A signature that was uploaded after the key that it is on. */
export interface KeySignatureRow {
  readonly target_nid: number;
  /** A device ID, or the public key of a cross-signing key. */
  readonly target_key: string;
  readonly signer_nid: number;
  readonly key_id: string;
  readonly signature: string;
}
/** Reads the signatures on keys of some users that a viewer may see: those of each user, and the viewer's. */
export const visibleSignatures: Query<[targetNids: string, viewerNid: number], KeySignatureRow> = query(
  "visibleSignatures",
  `select target_nid, target_key, signer_nid, key_id, signature from key_signatures
   where target_nid in inList(?1) and (signer_nid = target_nid or signer_nid = ?2)`,
);
/** Stores a signature. */
export const upsertKeySignature: Write<[targetNid: number, targetKey: string, signerNid: number, keyId: string, signature: string]> = write(
  "upsertKeySignature",
  `insert into key_signatures values (?1, ?2, ?3, ?4, ?5)
   on conflict (target_nid, target_key, signer_nid, key_id) do update set signature = excluded.signature`,
);
/** Reads which keys of a signer have signed a key. */
export const signersOfKey: Query<[targetNid: number, targetKey: string, signerNid: number], { readonly key_id: string }> = query(
  "signersOfKey",
  `select key_id from key_signatures where target_nid = ?1 and target_key = ?2 and signer_nid = ?3`,
);
/** Deletes the signatures on a key, which is gone or replaced. */
export const deleteKeySignatures: Write<[targetNid: number, targetKey: string]> = write(
  "deleteKeySignatures",
  `delete from key_signatures where target_nid = ?1 and target_key = ?2`,
);

/** A user whose devices or keys changed, and where in the log. */
export interface DeviceListChangeRow {
  readonly pos: number;
  readonly user_nid: number;
  /** 1 if only the user sees what changed; 1 and the number of another user if only that one does; otherwise 0. */
  readonly own_only: number;
}
/** Reads the changes after a position. */
export const deviceListChangesAfter: Query<[after: number], DeviceListChangeRow> = query(
  "deviceListChangesAfter",
  `select pos, user_nid, own_only from device_list_news where pos > ?1`,
);
/** Reads which users' devices changed between two positions of a shard, in order, but for what only they see themselves. */
export const deviceListChangesInLog: Query<
  [after: number, upTo: number, shard: number, limit: number],
  { readonly pos: number; readonly user_nid: number }
> = query(
  "deviceListChangesInLog",
  `select pos, user_nid from device_list_news where own_only = 0 and pos > ?1 and pos <= ?2 and pos % 64 = ?3 order by pos limit ?4`,
);
/** Reads the newest position of a change, by shard. */
export const newestDeviceListChanges: Query<[], { readonly pos: number | null }> = query(
  "newestDeviceListChanges",
  `select max(pos) as pos from device_list_news`,
);
/** Stores the newest change of a user, of what everyone sees, or of what only one user does. */
export const upsertDeviceListNews: Write<[userNid: number, ownOnly: number, pos: number]> = write(
  "upsertDeviceListNews",
  `insert into device_list_news (user_nid, own_only, pos) values (?1, ?2, ?3)
   on conflict (user_nid, own_only) do update set pos = excluded.pos`,
);
