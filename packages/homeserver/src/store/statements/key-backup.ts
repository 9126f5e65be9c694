import { query, type Query, type Write, write } from "../statement.ts";
import { notErased } from "./not-erased.ts";

/** A key backup of a user. */
export interface KeyBackupRow {
  readonly version: number;
  readonly algorithm: string;
  /** JSON. */
  readonly auth_data: string;
  readonly etag: number;
  readonly count: number;
}
/** Reads a backup that is not deleted. */
export const keyBackup: Query<[userNid: number, version: number], KeyBackupRow> = query(
  "keyBackup",
  `select version, algorithm, auth_data, etag, count from key_backups where user_nid = ?1 and version = ?2 and deleted = 0`,
);
/** Reads the newest backup that is not deleted. */
export const currentKeyBackup: Query<[userNid: number], KeyBackupRow> = query(
  "currentKeyBackup",
  `select version, algorithm, auth_data, etag, count from key_backups where user_nid = ?1 and deleted = 0 order by version desc limit 1`,
);
/** Reads the highest version that a user ever had, and how many backups there are. */
export const highestKeyBackup: Query<[userNid: number], { readonly version: number | null; readonly count: number }> = query(
  "highestKeyBackup",
  `select max(version) as version, count(case when deleted = 0 then 1 end) as count from key_backups where user_nid = ?1`,
);
/** Stores a new backup. */
export const insertKeyBackup: Write<[userNid: number, version: number, algorithm: string, authData: string]> = write(
  "insertKeyBackup",
  `insert into key_backups (user_nid, version, algorithm, auth_data, etag, count) select ?1, ?2, ?3, ?4, 0, 0 where ${notErased("?1")}`,
);
/** Replaces the authentication data of a backup. */
export const updateKeyBackup: Write<[userNid: number, version: number, authData: string]> = write(
  "updateKeyBackup",
  `update key_backups set auth_data = ?3 where user_nid = ?1 and version = ?2`,
);
/** Stores that the keys of a backup changed. */
export const updateKeyBackupCount: Write<[userNid: number, version: number, etag: number, count: number]> = write(
  "updateKeyBackupCount",
  `update key_backups set etag = ?3, count = ?4 where user_nid = ?1 and version = ?2`,
);
/** Marks a backup as deleted: its version is never used again. */
export const deleteKeyBackup: Write<[userNid: number, version: number]> = write(
  "deleteKeyBackup",
  `update key_backups set deleted = 1, auth_data = '{}', count = 0 where user_nid = ?1 and version = ?2`,
);
/** Removes what is left of deleted backups before a version, which says that theirs were used. */
export const forgetDeletedKeyBackups: Write<[userNid: number, before: number]> = write(
  "forgetDeletedKeyBackups",
  `delete from key_backups where user_nid = ?1 and version < ?2 and deleted = 1`,
);

/** A backed-up key. */
export interface BackupSessionRow {
  readonly room_id: string;
  readonly session_id: string;
  readonly json: string;
}
const sessions = `select room_id, session_id, json from backup_sessions where user_nid = ?1 and version = ?2`;
/** Reads keys of a backup in the order of room and session, after one of them. */
export const backupSessionsAfter: Query<
  [userNid: number, version: number, roomId: string, sessionId: string, limit: number],
  BackupSessionRow
> = query("backupSessionsAfter", `${sessions} and (room_id, session_id) > (?3, ?4) order by room_id, session_id limit ?5`);
/** Reads keys of a room in the order of the sessions, after one of them. */
export const backupSessionsOfRoomAfter: Query<
  [userNid: number, version: number, roomId: string, sessionId: string, limit: number],
  BackupSessionRow
> = query("backupSessionsOfRoomAfter", `${sessions} and room_id = ?3 and session_id > ?4 order by session_id limit ?5`);
/** Counts the keys of a room. */
export const countBackupSessionsOfRoom: Query<[userNid: number, version: number, roomId: string], { readonly count: number }> = query(
  "countBackupSessionsOfRoom",
  `select count(*) as count from backup_sessions where user_nid = ?1 and version = ?2 and room_id = ?3`,
);
/** Reads one key. */
export const backupSession: Query<[userNid: number, version: number, roomId: string, sessionId: string], BackupSessionRow> = query(
  "backupSession",
  `${sessions} and room_id = ?3 and session_id = ?4`,
);
/** Stores a key. */
export const upsertBackupSession: Write<[userNid: number, version: number, roomId: string, sessionId: string, json: string]> = write(
  "upsertBackupSession",
  `insert into backup_sessions select ?1, ?2, ?3, ?4, ?5 where ${notErased("?1")}
   on conflict (user_nid, version, room_id, session_id) do update set json = excluded.json`,
);
/** Deletes every key of a backup. */
export const deleteBackupSessions: Write<[userNid: number, version: number]> = write(
  "deleteBackupSessions",
  `delete from backup_sessions where user_nid = ?1 and version = ?2`,
);
/** Deletes the keys of a room. */
export const deleteBackupSessionsOfRoom: Write<[userNid: number, version: number, roomId: string]> = write(
  "deleteBackupSessionsOfRoom",
  `delete from backup_sessions where user_nid = ?1 and version = ?2 and room_id = ?3`,
);
/** Deletes one key. */
export const deleteBackupSession: Write<[userNid: number, version: number, roomId: string, sessionId: string]> = write(
  "deleteBackupSession",
  `delete from backup_sessions where user_nid = ?1 and version = ?2 and room_id = ?3 and session_id = ?4`,
);
