import { type JsonObject, matrixError } from "@patrix/api";
import { KeyedQueue } from "@patrix/concurrency";
import type { Core } from "../log/core.ts";
import { operation, type WriteOperation } from "../store/statement.ts";
import {
  backupSession,
  type BackupSessionRow,
  backupSessions,
  backupSessionsOfRoom,
  currentKeyBackup,
  deleteBackupSession,
  deleteBackupSessions,
  deleteBackupSessionsOfRoom,
  deleteKeyBackup,
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

const MAX_AUTH_DATA_BYTES = 65_536;
const MAX_KEY_BYTES = 65_536;
const MAX_SESSION_ID_LENGTH = 255;

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

  /** Makes a new backup, which becomes the current one. @returns Its version. */
  create(userNid: number, algorithm: string, authData: JsonObject): Promise<string> {
    return this.#queue.run(userNid, async () => {
      const row = await this.#core.store.get(highestKeyBackup, userNid);
      const version = (row?.version ?? 0) + 1;
      await this.#write([operation(insertKeyBackup, userNid, version, checkAlgorithm(algorithm), encodeAuthData(authData))]);
      return String(version);
    });
  }

  /** The current backup. @throws {MatrixError} `M_NOT_FOUND` if there is none. */
  async current(userNid: number): Promise<KeyBackupRow> {
    const row = await this.#core.store.get(currentKeyBackup, userNid);
    if (!row) throw matrixError("M_NOT_FOUND", "the user has no key backup");
    return row;
  }

  /** A backup by version. @throws {MatrixError} `M_NOT_FOUND` if there is none. */
  async get(userNid: number, version: string): Promise<KeyBackupRow> {
    const row = /^[1-9]\d{0,14}$/.test(version) ? await this.#core.store.get(keyBackup, userNid, Number(version)) : undefined;
    if (!row) throw matrixError("M_NOT_FOUND", "version: the user has no such key backup");
    return row;
  }

  /** Replaces the authentication data. @throws {MatrixError} `M_NOT_FOUND`, or `M_INVALID_PARAM` for another algorithm. */
  update(userNid: number, version: string, algorithm: string, authData: JsonObject): Promise<void> {
    return this.#queue.run(userNid, async () => {
      const backup = await this.get(userNid, version);
      if (backup.algorithm !== algorithm) throw matrixError("M_INVALID_PARAM", "/algorithm: not the algorithm of the key backup");
      await this.#write([operation(updateKeyBackup, userNid, backup.version, encodeAuthData(authData))]);
    });
  }

  /** Deletes a backup and its keys. @throws {MatrixError} `M_NOT_FOUND`. */
  delete(userNid: number, version: string): Promise<void> {
    return this.#queue.run(userNid, async () => {
      const backup = await this.get(userNid, version);
      await this.#write([operation(deleteKeyBackup, userNid, backup.version), operation(deleteBackupSessions, userNid, backup.version)]);
    });
  }

  /**
   * Stores keys in the current backup; a stored key stays unless the new one is better.
   *
   * @throws {MatrixError} `M_NOT_FOUND` without a backup, `M_WRONG_ROOM_KEYS_VERSION` for another than the current one, `M_TOO_LARGE`.
   */
  put(userNid: number, version: string, entries: readonly BackupEntry[]): Promise<BackupState> {
    return this.#queue.run(userNid, async () => {
      const current = await this.current(userNid);
      if (String(current.version) !== version)
        throw matrixError("M_WRONG_ROOM_KEYS_VERSION", "version: not the current key backup", { current_version: String(current.version) });
      const operations: WriteOperation[] = [];
      let { count } = current;
      for (const { roomId, sessionId, key } of entries) {
        const json = JSON.stringify(key);
        if (sessionId.length > MAX_SESSION_ID_LENGTH || Buffer.byteLength(json) > MAX_KEY_BYTES)
          throw matrixError("M_TOO_LARGE", `the key of a session of ${roomId} is too large, or the session's ID is`);
        const stored = await this.#core.store.get(backupSession, userNid, current.version, roomId, sessionId);
        if (stored && !isBetterBackup(key, JSON.parse(stored.json) as BackedUpKey)) continue;
        if (!stored) count++;
        operations.push(operation(upsertBackupSession, userNid, current.version, roomId, sessionId, json));
      }
      return this.#change(userNid, current, operations, count);
    });
  }

  /** Reads keys, by room. @throws {MatrixError} `M_NOT_FOUND` without such a backup. */
  async keys(userNid: number, version: string, scope: BackupScope): Promise<readonly BackupSessionRow[]> {
    const backup = await this.get(userNid, version);
    return this.#read(userNid, backup.version, scope);
  }

  /** Deletes keys. @throws {MatrixError} `M_NOT_FOUND` without such a backup. */
  deleteKeys(userNid: number, version: string, scope: BackupScope): Promise<BackupState> {
    return this.#queue.run(userNid, async () => {
      const backup = await this.get(userNid, version);
      const gone = await this.#read(userNid, backup.version, scope);
      return this.#change(userNid, backup, gone.length === 0 ? [] : [deletion(userNid, backup.version, scope)], backup.count - gone.length);
    });
  }

  async #change(userNid: number, backup: KeyBackupRow, operations: readonly WriteOperation[], count: number): Promise<BackupState> {
    if (operations.length === 0) return { etag: String(backup.etag), count: backup.count };
    const etag = backup.etag + 1;
    await this.#write([...operations, operation(updateKeyBackupCount, userNid, backup.version, etag, count)]);
    return { etag: String(etag), count };
  }

  async #read(userNid: number, version: number, { roomId, sessionId }: BackupScope): Promise<readonly BackupSessionRow[]> {
    const { store } = this.#core;
    if (roomId === undefined) return store.all(backupSessions, userNid, version);
    if (sessionId === undefined) return store.all(backupSessionsOfRoom, userNid, version, roomId);
    return store.all(backupSession, userNid, version, roomId, sessionId);
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
  if (algorithm.length > 255) throw matrixError("M_INVALID_PARAM", "/algorithm: longer than 255");
  return algorithm;
}

function encodeAuthData(authData: JsonObject): string {
  const json = JSON.stringify(authData);
  if (Buffer.byteLength(json) > MAX_AUTH_DATA_BYTES)
    throw matrixError("M_TOO_LARGE", `/auth_data: larger than ${MAX_AUTH_DATA_BYTES} bytes`);
  return json;
}
