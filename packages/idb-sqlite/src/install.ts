import { SqliteCursor, SqliteCursorWithValue } from "./cursor.ts";
import { SqliteDatabase } from "./database.ts";
import { IdbSqliteError } from "./errors.ts";
import { SqliteVersionChangeEvent } from "./events/idb-event.ts";
import { SqliteFactory } from "./factory.ts";
import { SqliteKeyRange } from "./keys/key-range.ts";
import { SqliteObjectStore } from "./object-store.ts";
import { SqliteOpenRequest, SqliteRequest } from "./request.ts";
import { SqliteIndex } from "./store-index.ts";
import { SqliteTransaction } from "./transaction.ts";

/** The interfaces of IndexedDB, by their names. */
const interfaces = {
  IDBCursor: SqliteCursor,
  IDBCursorWithValue: SqliteCursorWithValue,
  IDBDatabase: SqliteDatabase,
  IDBFactory: SqliteFactory,
  IDBIndex: SqliteIndex,
  IDBKeyRange: SqliteKeyRange,
  IDBObjectStore: SqliteObjectStore,
  IDBOpenDBRequest: SqliteOpenRequest,
  IDBRequest: SqliteRequest,
  IDBTransaction: SqliteTransaction,
  IDBVersionChangeEvent: SqliteVersionChangeEvent,
};

/** The static methods of key ranges, for programs that do without the globals. */
export const keyRange: Pick<typeof IDBKeyRange, "only" | "lowerBound" | "upperBound" | "bound"> = SqliteKeyRange;

/**
 * Makes an IndexedDB the global `indexedDB`, with the interfaces beside it, for libraries that look for it there. The function
 * that is returned takes it back.
 *
 * @throws {IdbSqliteError} `GLOBAL_IN_USE` if there is one already: a browser's, or another package's.
 */
export function installIndexedDB(factory: IDBFactory): () => void {
  if (Reflect.get(globalThis, "indexedDB") !== undefined) throw new IdbSqliteError("GLOBAL_IN_USE", "there is a global indexedDB already");
  const globals: Readonly<Record<string, unknown>> = { ...interfaces, indexedDB: factory };
  const added = Object.keys(globals).filter((name) => Reflect.get(globalThis, name) === undefined);
  for (const name of added) Object.defineProperty(globalThis, name, { value: globals[name], configurable: true, writable: true });
  return () => {
    for (const name of added) if (Reflect.get(globalThis, name) === globals[name]) Reflect.deleteProperty(globalThis, name);
  };
}
