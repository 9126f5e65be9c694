import { SqliteFactory } from "./factory.ts";
import { StoreFile } from "./file/store-file.ts";

/** IndexedDB in a file. Closing it takes back what is not committed. */
export interface SqliteIndexedDB extends IDBFactory, Disposable {
  /** Closes all connections, which are told by `close`, and the file. */
  close(): void;
}

/**
 * Opens IndexedDB over an SQLite file, which is made if it is missing and belongs to one process at a time; `:memory:` keeps
 * nothing. What a transaction has committed is on the disk before its `complete` event, unless its durability is `relaxed`.
 *
 * @throws {IdbSqliteError} `FILE_IN_USE`, `NOT_A_STORE`, `NEWER_FORMAT`, `CANNOT_OPEN`; `UNSUPPORTED_PLATFORM` on Node before 22.16.
 * @example
 * const indexedDB = openIndexedDB("./store.db");
 * const request = indexedDB.open("books", 1);
 */
export function openIndexedDB(path: string): SqliteIndexedDB {
  return new SqliteFactory(new StoreFile(path));
}
