import { type CursorParts, readDirection, SqliteCursor, SqliteCursorWithValue } from "./cursor.ts";
import { idbException } from "./errors.ts";
import { addIndex, type IndexInfo, removeIndex, renameStore, type StoreInfo } from "./file/catalogue.ts";
import { fillIndex } from "./file/write-records.ts";
import { readKeyPath } from "./keys/key-path.ts";
import { readQuery, requireQuery, unbounded } from "./keys/key-range.ts";
import { NameList } from "./name-list.ts";
import { ReadRequests, type SqliteRecord } from "./read-requests.ts";
import { SqliteRequest } from "./request.ts";
import { requestDelete, requestWrite, requireUsable, requireWritable, type StoreAccess } from "./store-access.ts";
import { SqliteIndex } from "./store-index.ts";
import type { SqliteTransaction } from "./transaction.ts";
import { toFlag, toName } from "./web-idl.ts";

/** An object store in a transaction. @see {@link https://w3c.github.io/IndexedDB/#object-store-interface} */
export class SqliteObjectStore implements IDBObjectStore {
  readonly #access: StoreAccess;
  readonly #reads: ReadRequests;
  readonly #indexes = new Map<IndexInfo, SqliteIndex>();
  readonly #keyPath: string | string[] | null;
  readonly #stores: Map<string, StoreInfo>;

  /** `stores` are those of the database, among which a name has to be unique. */
  constructor(transaction: SqliteTransaction, info: StoreInfo, stores: Map<string, StoreInfo>) {
    this.#access = { transaction, info };
    this.#stores = stores;
    this.#reads = new ReadRequests(this, transaction, { store: info, index: undefined });
    const { keyPath } = info;
    this.#keyPath = typeof keyPath === "string" || keyPath === null ? keyPath : [...keyPath];
  }

  get transaction(): IDBTransaction {
    return this.#access.transaction;
  }

  get name(): string {
    return this.#access.info.name;
  }

  /** Renames the store. @throws DOMException `InvalidStateError` outside an upgrade, `ConstraintError` if the name is taken. */
  set name(given: string) {
    const name = toName(given);
    const { info, transaction } = this.#access;
    this.#requireUpgrade();
    requireUsable(this.#access);
    if (name === info.name) return;
    if (this.#stores.has(name)) throw idbException("ConstraintError", `there is an object store ${name} already`);
    this.#stores.delete(info.name);
    renameStore(transaction.file, info, name);
    this.#stores.set(name, info);
  }

  // The declaration of the DOM leaves out that there may be none.
  get keyPath(): string | string[] {
    return this.#keyPath as string | string[];
  }

  get autoIncrement(): boolean {
    return this.#access.info.autoIncrement;
  }

  get indexNames(): DOMStringList {
    return NameList.sorted(this.#access.info.indexes.keys());
  }

  /** Stores a value. @throws DOMException `DataError`, `DataCloneError`, `ReadOnlyError`, `TransactionInactiveError`. */
  put(value: unknown, key?: unknown): IDBRequest<IDBValidKey> {
    requireWritable(this.#access);
    return requestWrite(this.#access, { value, key, overwrites: true, source: this });
  }

  /** Stores a value unless its key is there already; then the request fails with `ConstraintError`. @throws As `put`. */
  add(value: unknown, key?: unknown): IDBRequest<IDBValidKey> {
    requireWritable(this.#access);
    return requestWrite(this.#access, { value, key, overwrites: false, source: this });
  }

  delete(query: unknown): IDBRequest<undefined> {
    requireWritable(this.#access);
    return requestDelete(this.#access, requireQuery(query), this);
  }

  clear(): IDBRequest<undefined> {
    requireWritable(this.#access);
    return requestDelete(this.#access, unbounded, this);
  }

  get(query: unknown): ReturnType<IDBObjectStore["get"]> {
    return this.#usable().first(query, "value");
  }

  getKey(query: unknown): IDBRequest<IDBValidKey | undefined> {
    return this.#usable().first(query, "primaryKey");
  }

  getAll(query?: unknown, count?: unknown): ReturnType<IDBObjectStore["getAll"]> {
    return this.#usable().all(query, count, "value");
  }

  getAllKeys(query?: unknown, count?: unknown): IDBRequest<IDBValidKey[]> {
    return this.#usable().all(query, count, "primaryKey");
  }

  /** All records with their keys. */
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

  /** @throws DOMException `NotFoundError`, `InvalidStateError`. */
  index(name: string): IDBIndex {
    const { info, transaction } = this.#access;
    if (info.isDeleted || transaction.isFinished)
      throw idbException("InvalidStateError", "the object store was deleted, or its transaction is over");
    const index = info.indexes.get(toName(name));
    if (!index) throw idbException("NotFoundError", `${info.name} has no index ${name}`);
    return this.#handleOf(index);
  }

  /** Adds an index to the store. @throws DOMException `ConstraintError`, `InvalidAccessError`, `InvalidStateError`, `SyntaxError`. */
  createIndex(name: string, keyPath: string | Iterable<string>, { unique = false, multiEntry = false }: IDBIndexParameters = {}): IDBIndex {
    const { info, transaction } = this.#access;
    this.#requireUpgrade();
    requireUsable(this.#access);
    if (info.indexes.has(toName(name))) throw idbException("ConstraintError", `${info.name} has an index ${name} already`);
    const path = readKeyPath(keyPath);
    if (multiEntry && typeof path !== "string")
      throw idbException("InvalidAccessError", "an index of several paths has no multiple entries");
    const given = { name: toName(name), keyPath: path, unique: toFlag(unique), multiEntry: toFlag(multiEntry) };
    const index = addIndex(transaction.file, info, given);
    info.indexes.set(index.name, index);
    // A request that nobody sees: what fails aborts the upgrade.
    transaction.run(new SqliteRequest(this), () => index.isDeleted || fillIndex(transaction.file, info, index), true);
    return this.#handleOf(index);
  }

  /** @throws DOMException `NotFoundError`, `InvalidStateError`. */
  deleteIndex(name: string): void {
    const { info, transaction } = this.#access;
    this.#requireUpgrade();
    requireUsable(this.#access);
    const index = info.indexes.get(toName(name));
    if (!index) throw idbException("NotFoundError", `${info.name} has no index ${name}`);
    info.indexes.delete(index.name);
    index.isDeleted = true;
    transaction.run(new SqliteRequest(this), () => removeIndex(transaction.file, index), true);
  }

  #requireUpgrade(): void {
    if (this.#access.transaction.mode !== "versionchange") throw idbException("InvalidStateError", "only an upgrade can do this");
  }

  #handleOf(index: IndexInfo): SqliteIndex {
    let handle = this.#indexes.get(index);
    if (!handle) this.#indexes.set(index, (handle = new SqliteIndex(this, this.#access, index)));
    return handle;
  }

  #cursorParts(query: unknown, direction: unknown): CursorParts {
    requireUsable(this.#access);
    const { info } = this.#access;
    const parts = { access: this.#access, records: { store: info, index: undefined }, source: this };
    return { ...parts, direction: readDirection(direction), bounds: readQuery(query) };
  }

  #usable(): ReadRequests {
    requireUsable(this.#access);
    return this.#reads;
  }

  get [Symbol.toStringTag](): string {
    return "IDBObjectStore";
  }
}
