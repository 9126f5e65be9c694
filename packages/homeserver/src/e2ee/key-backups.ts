import type { JsonObject } from "@patrix/api";
import { KeyedQueue } from "@patrix/concurrency";
import { E2eeError } from "./errors.ts";
import { requireWithin } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Core } from "../log/core.ts";
import { operation, type WriteOperation } from "../store/statement.ts";
import {
  backupSession,
  type BackupSessionRow,
  backupSessionsAfter,
  backupSessionsOfRoomAfter,
  countBackupSessionsOfRoom,
  currentKeyBackup,
  deleteBackupSession,
  deleteBackupSessions,
  deleteBackupSessionsOfRoom,
  deleteKeyBackup,
  forgetDeletedKeyBackups,
  highestKeyBackup,
  insertKeyBackup,
  keyBackup,
  type KeyBackupRow,
  updateKeyBackup,
  updateKeyBackupCount,
  upsertBackupSession,
} from "../store/statements/key-backup.ts";
import { type BackedUpKey, isBetterBackup } from "./better-backup.ts";

/** A key and where it belongs. */
export interface BackupEntry {
  readonly roomId: string;
  readonly sessionId: string;
  readonly key: BackedUpKey;
}

/** The state of a backup after a change of its keys. */
export interface BackupState {
  readonly etag: string;
  readonly count: number;
}

/** Which keys of a backup: all, those of a room, or one. */
export interface BackupScope {
  readonly roomId?: string | undefined;
  readonly sessionId?: string | undefined;
}

/**
 * Backups of room keys. Changes of one user's backups run one after another.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#server-side-key-backups}
 */
export class KeyBackups {
  readonly #core: Core;
  readonly #queue = new KeyedQueue<number>();

  constructor(core: Core) {
    this.#core = core;
  }

  /** Makes a new backup, which becomes the current one. @returns Its version. @throws {LimitError} If there are too many, or it is large. */
  create(userNid: number, algorithm: string, authData: JsonObject): Promise<string> {
    return this.#queue.run(userNid, async () => {
      const row = await this.#core.store.get(highestKeyBackup, userNid);
      const version = (row?.version ?? 0) + 1;
      requireWithin("backupVersions", (row?.count ?? 0) + 1, "the key backup");
      await this.#write([
        operation(insertKeyBackup, userNid, version, checkAlgorithm(algorithm), encodeAuthData(authData)),
        operation(forgetDeletedKeyBackups, userNid, version),
      ]);
      return String(version);
    });
  }

  /** The current backup. @throws {E2eeError} `BACKUP_NOT_FOUND` if there is none. */
  async current(userNid: number): Promise<KeyBackupRow> {
    const row = await this.#core.store.get(currentKeyBackup, userNid);
    if (!row) throw new E2eeError("BACKUP_NOT_FOUND", "the user has no key backup");
    return row;
  }

  /** A backup by version. @throws {E2eeError} `BACKUP_NOT_FOUND` if there is none. */
  async get(userNid: number, version: string): Promise<KeyBackupRow> {
    const row = /^[1-9]\d{0,14}$/.test(version) ? await this.#core.store.get(keyBackup, userNid, Number(version)) : undefined;
    if (!row) throw new E2eeError("BACKUP_NOT_FOUND", "version: the user has no such key backup");
    return row;
  }

  /** Replaces the authentication data. @throws {E2eeError} `BACKUP_NOT_FOUND`, or `WRONG_ALGORITHM`. */
  update(userNid: number, version: string, algorithm: string, authData: JsonObject): Promise<void> {
    return this.#queue.run(userNid, async () => {
      const backup = await this.get(userNid, version);
      if (backup.algorithm !== algorithm) throw new E2eeError("WRONG_ALGORITHM", "/algorithm: not the algorithm of the key backup");
      await this.#write([operation(updateKeyBackup, userNid, backup.version, encodeAuthData(authData))]);
    });
  }

  /** Deletes a backup and its keys. @throws {E2eeError} `BACKUP_NOT_FOUND`. */
  delete(userNid: number, version: string): Promise<void> {
    return this.#queue.run(userNid, async () => {
      const backup = await this.get(userNid, version);
      await this.#write([operation(deleteKeyBackup, userNid, backup.version), operation(deleteBackupSessions, userNid, backup.version)]);
    });
  }

  /**
   * Stores keys in the current backup; a stored key stays unless the new one is better.
   *
   * @throws {E2eeError} `BACKUP_NOT_FOUND` without a backup, `WRONG_BACKUP_VERSION` for another than the current one.
   * @throws {LimitError} If there are too many keys or one is too large; none is stored then.
   */
  put(userNid: number, version: string, entries: readonly BackupEntry[]): Promise<BackupState> {
    return this.#queue.run(userNid, async () => {
      const current = await this.current(userNid);
      if (String(current.version) !== version)
        throw new E2eeError("WRONG_BACKUP_VERSION", "version: not the current key backup", { currentVersion: String(current.version) });
      const operations: WriteOperation[] = [];
      let { count } = current;
      for (const { roomId, sessionId, key } of entries) {
        const json = JSON.stringify(key);
        requireWithin("backupSessionIdLength", sessionId.length, `a session of ${roomId}`);
        requireWithin("backupKeyBytes", Buffer.byteLength(json), `a session of ${roomId}`);
        const stored = await this.#core.store.get(backupSession, userNid, current.version, roomId, sessionId);
        if (stored && !isBetterBackup(key, JSON.parse(stored.json) as BackedUpKey)) continue;
        if (!stored) count++;
        operations.push(operation(upsertBackupSession, userNid, current.version, roomId, sessionId, json));
      }
      if (count > current.count) requireWithin("backupKeys", count, "the body");
      return this.#change(userNid, current, operations, count);
    });
  }

  /**
   * Reads keys in the order of room and session, in pages: a backup can be larger than memory.
   *
   * @throws {E2eeError} `BACKUP_NOT_FOUND` without such a backup, before the first page.
   */
  async keys(userNid: number, version: string, scope: Omit<BackupScope, "sessionId">): Promise<AsyncIterable<readonly BackupSessionRow[]>> {
    const backup = await this.get(userNid, version);
    return this.#pages(userNid, backup.version, scope);
  }

  /** Reads one key; `undefined` if there is none. @throws {E2eeError} `BACKUP_NOT_FOUND` without such a backup. */
  async key(userNid: number, version: string, { roomId, sessionId }: Required<BackupScope>): Promise<string | undefined> {
    const backup = await this.get(userNid, version);
    return (await this.#core.store.get(backupSession, userNid, backup.version, roomId ?? "", sessionId ?? ""))?.json;
  }

  /** Deletes keys. @throws {E2eeError} `BACKUP_NOT_FOUND` without such a backup. */
  deleteKeys(userNid: number, version: string, scope: BackupScope): Promise<BackupState> {
    return this.#queue.run(userNid, async () => {
      const backup = await this.get(userNid, version);
      const gone = await this.#count(userNid, backup, scope);
      return this.#change(userNid, backup, gone === 0 ? [] : [deletion(userNid, backup.version, scope)], backup.count - gone);
    });
  }

  async #change(userNid: number, backup: KeyBackupRow, operations: readonly WriteOperation[], count: number): Promise<BackupState> {
    if (operations.length === 0) return { etag: String(backup.etag), count: backup.count };
    const etag = backup.etag + 1;
    await this.#write([...operations, operation(updateKeyBackupCount, userNid, backup.version, etag, count)]);
    return { etag: String(etag), count };
  }

  async *#pages(userNid: number, version: number, { roomId }: BackupScope): AsyncGenerator<readonly BackupSessionRow[]> {
    const { store } = this.#core;
    const limit = limits.backupKeysInPage.value;
    let [lastRoom, lastSession] = [roomId ?? "", ""];
    for (;;) {
      const statement = roomId === undefined ? backupSessionsAfter : backupSessionsOfRoomAfter;
      const page = await store.all(statement, userNid, version, lastRoom, lastSession, limit);
      const last = page.at(-1);
      if (!last) return;
      yield page;
      [lastRoom, lastSession] = [last.room_id, last.session_id];
    }
  }

  async #count(userNid: number, { version, count }: KeyBackupRow, { roomId, sessionId }: BackupScope): Promise<number> {
    const { store } = this.#core;
    if (roomId === undefined) return count;
    if (sessionId === undefined) return (await store.get(countBackupSessionsOfRoom, userNid, version, roomId))?.count ?? 0;
    return (await store.get(backupSession, userNid, version, roomId, sessionId)) ? 1 : 0;
  }

  async #write(operations: readonly WriteOperation[]): Promise<void> {
    await this.#core.log.append({ positions: [], operations });
  }
}

function deletion(userNid: number, version: number, { roomId, sessionId }: BackupScope): WriteOperation {
  if (roomId === undefined) return operation(deleteBackupSessions, userNid, version);
  if (sessionId === undefined) return operation(deleteBackupSessionsOfRoom, userNid, version, roomId);
  return operation(deleteBackupSession, userNid, version, roomId, sessionId);
}

function checkAlgorithm(algorithm: string): string {
  requireWithin("backupAlgorithmLength", algorithm.length, "/algorithm");
  return algorithm;
}

function encodeAuthData(authData: JsonObject): string {
  const json = JSON.stringify(authData);
  requireWithin("backupAuthDataBytes", Buffer.byteLength(json), "/auth_data");
  return json;
}
