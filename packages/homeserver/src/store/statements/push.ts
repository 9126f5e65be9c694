import { query, type Query, type Write, write } from "../statement.ts";

/** Reads the pushers of a user. */
export const pushersOfUser: Query<[userNid: number], { readonly json: string }> = query(
  "pushersOfUser",
  `select json from pushers where user_nid = ?1 order by app_id, pushkey`,
);
/** A pusher, and how far it has got. */
export interface PusherRow {
  readonly user_nid: number;
  readonly app_id: string;
  readonly pushkey: string;
  readonly json: string;
  /** What comes after this position is still to be sent. */
  readonly last_pos: number;
}
/** Reads every pusher that is not switched off, without what its user has set. */
export const allPushers: Query<[], Omit<PusherRow, "json">> = query(
  "allPushers",
  `select user_nid, app_id, pushkey, last_pos from pushers where enabled = 1`,
);
/** Reads a pusher that is not switched off. */
export const pusherOf: Query<[userNid: number, appId: string, pushkey: string], PusherRow> = query(
  "pusherOf",
  `select user_nid, app_id, pushkey, json, last_pos from pushers where user_nid = ?1 and app_id = ?2 and pushkey = ?3 and enabled = 1`,
);
/** Notes how far a pusher has got. */
export const movePusher: Write<[userNid: number, appId: string, pushkey: string, pos: number]> = write(
  "movePusher",
  `update pushers set last_pos = ?4 where user_nid = ?1 and app_id = ?2 and pushkey = ?3 and last_pos < ?4`,
);
/** Counts the pushers of a user besides one. */
export const countOtherPushers: Query<[userNid: number, appId: string, pushkey: string], { readonly count: number }> = query(
  "countOtherPushers",
  `select count(*) as count from pushers where user_nid = ?1 and not (app_id = ?2 and pushkey = ?3)`,
);
/** Stores a pusher of a device, which begins with what comes; nothing if the device was removed meanwhile. */
export const upsertPusher: Write<[userNid: number, appId: string, pushkey: string, deviceNid: number, json: string, afterPos: number]> =
  write(
    "upsertPusher",
    `insert into pushers (user_nid, app_id, pushkey, device_nid, json, last_pos) select ?1, ?2, ?3, ?4, ?5, ?6 where exists (select 1 from devices where device_nid = ?4)
   on conflict (user_nid, app_id, pushkey) do update set device_nid = excluded.device_nid, json = excluded.json`,
  );
/** Removes the pushers of a device. */
export const deletePushersOfDevice: Write<[deviceNid: number]> = write(
  "deletePushersOfDevice",
  `delete from pushers where device_nid = ?1`,
);
/** Removes a pusher. */
export const deletePusher: Write<[userNid: number, appId: string, pushkey: string]> = write(
  "deletePusher",
  `delete from pushers where user_nid = ?1 and app_id = ?2 and pushkey = ?3`,
);
/** Removes the pushers that other users have with the same key of the same application. */
export const deleteOtherPushers: Write<[userNid: number, appId: string, pushkey: string]> = write(
  "deleteOtherPushers",
  `delete from pushers where user_nid <> ?1 and app_id = ?2 and pushkey = ?3`,
);
