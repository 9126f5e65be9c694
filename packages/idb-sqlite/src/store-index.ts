import { type CursorParts, readDirection, SqliteCursor, SqliteCursorWithValue } from "./cursor.ts";
import { idbException } from "./errors.ts";
import { type IndexInfo, renameIndex } from "./file/catalogue.ts";
import { readQuery } from "./keys/key-range.ts";
import { ReadRequests, type SqliteRecord } from "./read-requests.ts";
import { requireUsable, type StoreAccess } from "./store-access.ts";
import { toName } from "./web-idl.ts";

/** An index of an object store. @see {@link https://w3c.github.io/IndexedDB/#index-interface} */
export class SqliteIndex implements IDBIndex {
  readonly objectStore: IDBObjectStore;
  readonly #access: StoreAccess;
  readonly #index: IndexInfo;
  readonly #reads: ReadRequests;
  readonly #keyPath: string | string[];

  constructor(objectStore: IDBObjectStore, access: StoreAccess, index: IndexInfo) {
    this.objectStore = objectStore;
    this.#access = access;
    this.#index = index;
    this.#reads = new ReadRequests(this, access.transaction, { store: access.info, index });
    this.#keyPath = typeof index.keyPath === "string" ? index.keyPath : [...index.keyPath];
  }

  get name(): string {
    return this.#index.name;
  }

  /** Renames the index. @throws DOMException `InvalidStateError` outside an upgrade, `ConstraintError` if the name is taken. */
  set name(given: string) {
    const name = toName(given);
    const { transaction, info } = this.#access;
    if (transaction.mode !== "versionchange") throw idbException("InvalidStateError", "only an upgrade can rename an index");
    requireUsable(this.#access, this.#index);
    if (name === this.#index.name) return;
    if (info.indexes.has(name)) throw idbException("ConstraintError", `${info.name} has an index ${name} already`);
    info.indexes.delete(this.#index.name);
    renameIndex(transaction.file, this.#index, name);
    info.indexes.set(name, this.#index);
  }

  get keyPath(): string | string[] {
    return this.#keyPath;
  }

  get multiEntry(): boolean {
    return this.#index.multiEntry;
  }

  get unique(): boolean {
    return this.#index.unique;
  }

  get(query: unknown): ReturnType<IDBIndex["get"]> {
    return this.#usable().first(query, "value");
  }

  getKey(query: unknown): IDBRequest<IDBValidKey | undefined> {
    return this.#usable().first(query, "primaryKey");
  }

  getAll(query?: unknown, count?: unknown): ReturnType<IDBIndex["getAll"]> {
    return this.#usable().all(query, count, "value");
  }

  getAllKeys(query?: unknown, count?: unknown): IDBRequest<IDBValidKey[]> {
    return this.#usable().all(query, count, "primaryKey");
  }

  /** All records with both of their keys. */
  getAllRecords(options?: unknown): IDBRequest<SqliteRecord[]> {
    return this.#usable().all(options ?? {}, undefined, "record");
  }

  count(query?: unknown): IDBRequest<number> {
    return this.#usable().count(query);
  }

  openCursor(query?: unknown, direction?: unknown): IDBRequest<IDBCursorWithValue | null> {
    return new SqliteCursorWithValue(this.#cursorParts(query, direction)).request as IDBRequest<IDBCursorWithValue | null>;
  }

  openKeyCursor(query?: unknown, direction?: unknown): IDBRequest<IDBCursor | null> {
    return new SqliteCursor(this.#cursorParts(query, direction)).request as IDBRequest<IDBCursor | null>;
  }

  #cursorParts(query: unknown, direction: unknown): CursorParts {
    requireUsable(this.#access, this.#index);
    const records = { store: this.#access.info, index: this.#index };
    return { access: this.#access, records, source: this, direction: readDirection(direction), bounds: readQuery(query) };
  }

  #usable(): ReadRequests {
    requireUsable(this.#access, this.#index);
    return this.#reads;
  }

  get [Symbol.toStringTag](): string {
    return "IDBIndex";
  }
}
