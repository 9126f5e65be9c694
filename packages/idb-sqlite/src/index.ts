/**
 * IndexedDB for Node that persists in an SQLite file.
 *
 * @packageDocumentation
 */
export { IdbSqliteError, type IdbSqliteErrorCode } from "./errors.ts";
export { installIndexedDB, keyRange } from "./install.ts";
export { createMounts, type IndexedDBMounts } from "./mounts.ts";
export { openIndexedDB, type SqliteIndexedDB } from "./open-indexed-db.ts";
