import { query, type Query, type Write, write } from "../statement.ts";
import { notErased } from "./not-erased.ts";

/** An account as it is stored. */
export interface AccountRow {
  readonly user_nid: number;
  /** `null` where nobody can log in with a password. */
  readonly password_hash: string | null;
  readonly created_ts: number;
  readonly deactivated: number;
  readonly admin: number;
  readonly guest: number;
  readonly erased: number;
  /** Since when it is locked, in milliseconds. */
  readonly locked_ts: number | null;
  /** Since when it is suspended. */
  readonly suspended_ts: number | null;
  /** The ID of the application service that has made it. */
  readonly app_service_id: string | null;
}
/** Reads an account. */
export const accountOf: Query<[userNid: number], AccountRow> = query("accountOf", `select * from accounts where user_nid = ?1`);
/** Stores a new account. */
export const insertAccount: Write<
  [userNid: number, passwordHash: string | null, createdTs: number, admin: number, guest: number, appserviceId: string | null]
> = write(
  "insertAccount",
  `insert into accounts (user_nid, password_hash, created_ts, admin, guest, app_service_id) values (?1, ?2, ?3, ?4, ?5, ?6)`,
);
/** Locks an account, since a time in milliseconds, or unlocks it. */
export const lockAccount: Write<[userNid: number, lockedTs: number | null]> = write(
  "lockAccount",
  `update accounts set locked_ts = ?2 where user_nid = ?1`,
);
/** Suspends an account, since a time in milliseconds, or ends that. */
export const suspendAccount: Write<[userNid: number, suspendedTs: number | null]> = write(
  "suspendAccount",
  `update accounts set suspended_ts = ?2 where user_nid = ?1`,
);
/** Stores a new password. */
export const updatePassword: Write<[userNid: number, passwordHash: string]> = write(
  "updatePassword",
  `update accounts set password_hash = ?2 where user_nid = ?1`,
);
/** Makes a guest account a full one, with a password. */
export const upgradeGuestRow: Write<[userNid: number, passwordHash: string]> = write(
  "upgradeGuestRow",
  `update accounts set guest = 0, password_hash = ?2 where user_nid = ?1`,
);
/** Marks an account as deactivated; nobody can log in any more. The password stays, so that only its owner is told why. */
export const deactivateAccountRow: Write<[userNid: number]> = write(
  "deactivateAccountRow",
  `update accounts set deactivated = 1 where user_nid = ?1`,
);
/** Removes what an account has stored, and marks what it has sent as withheld from later readers; run every one of them. */
export const eraseAccount: readonly Write<[userNid: number]>[] = [
  write("eraseAccount.accounts", `update accounts set erased = 1, password_hash = null where user_nid = ?1`),
  write("eraseAccount.media", `update media set user_nid = null where user_nid = ?1`),
  ...["account_data", "filters", "key_backups", "backup_sessions", "openid_tokens", "daily_usage", "thread_subscriptions"].map((table) =>
    write<[userNid: number]>(`eraseAccount.${table}`, `delete from ${table} where user_nid = ?1`),
  ),
];
/** Reads the users who have erased their accounts. */
export const erasedUsers: Query<[], { readonly user_nid: number }> = query("erasedUsers", `select user_nid from accounts where erased = 1`);

/** A field of a profile. */
export interface ProfileRow {
  readonly field: string;
  readonly json: string;
}
/** Reads the fields of a profile. */
export const profileOfUser: Query<[userNid: number], ProfileRow> = query(
  "profileOfUser",
  `select field, json from profiles where user_nid = ?1 order by field`,
);
/** Stores a field of a profile; nothing for an account that was deactivated. */
export const upsertProfileField: Write<[userNid: number, field: string, json: string]> = write(
  "upsertProfileField",
  `insert into profiles select ?1, ?2, ?3 where not exists (select 1 from accounts where user_nid = ?1 and deactivated = 1)
   on conflict (user_nid, field) do update set json = excluded.json`,
);
/** Removes a field of a profile. */
export const deleteProfileFieldRow: Write<[userNid: number, field: string]> = write(
  "deleteProfileFieldRow",
  `delete from profiles where user_nid = ?1 and field = ?2`,
);
/** Removes a profile. */
export const deleteProfile: Write<[userNid: number]> = write("deleteProfile", `delete from profiles where user_nid = ?1`);

/** Reads a filter. */
export const filterOf: Query<[userNid: number, filterNid: number], { readonly json: string }> = query(
  "filterOf",
  `select json from filters where user_nid = ?1 and filter_nid = ?2`,
);
/** Reads the largest filter number of a user. */
export const newestFilter: Query<[userNid: number], { readonly nid: number | null }> = query(
  "newestFilter",
  `select max(filter_nid) as nid from filters where user_nid = ?1`,
);
/** Finds a filter with the same text. */
export const sameFilter: Query<[userNid: number, json: string], { readonly filter_nid: number }> = query(
  "sameFilter",
  `select filter_nid from filters where user_nid = ?1 and json = ?2`,
);
/** Stores a filter; nothing for an account that was erased. */
export const insertFilter: Write<[userNid: number, filterNid: number, json: string]> = write(
  "insertFilter",
  `insert into filters select ?1, ?2, ?3 where ${notErased("?1")}`,
);
/** Counts the OpenID tokens of a user that are valid. */
export const countOpenIdTokens: Query<[userNid: number, now: number], { readonly count: number }> = query(
  "countOpenIdTokens",
  `select count(*) as count from openid_tokens where user_nid = ?1 and expires_ts >= ?2`,
);
/** Stores an OpenID token by its hash; nothing for an account that was erased. */
export const insertOpenIdToken: Write<[hash: Uint8Array, userNid: number, expiresTs: number]> = write(
  "insertOpenIdToken",
  `insert into openid_tokens select ?1, ?2, ?3 where ${notErased("?2")}`,
);
/** Reads whose an OpenID token is, as long as it is valid. */
export const openIdTokenOwner: Query<[hash: Uint8Array, now: number], { readonly user_nid: number }> = query(
  "openIdTokenOwner",
  `select user_nid from openid_tokens where token_hash = ?1 and expires_ts >= ?2`,
);
/** Removes OpenID tokens that are over. */
export const deleteOldOpenIdTokens: Write<[now: number]> = write(
  "deleteOldOpenIdTokens",
  `delete from openid_tokens where expires_ts < ?1`,
);
