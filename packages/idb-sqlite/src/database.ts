import { idbException } from "./errors.ts";
import { IdbEvent } from "./events/idb-event.ts";
import { fire, Target } from "./events/target.ts";
import { addStore, type DatabaseInfo, removeStore, type StoreInfo } from "./file/catalogue.ts";
import type { StoreFile } from "./file/store-file.ts";
import { readKeyPath } from "./keys/key-path.ts";
import { NameList } from "./name-list.ts";
import { SqliteObjectStore } from "./object-store.ts";
import { SqliteRequest } from "./request.ts";
import type { Scheduler } from "./scheduler.ts";
import { SqliteTransaction } from "./transaction.ts";
import { toFlag, toName } from "./web-idl.ts";

/** What a connection is made of. */
export interface DatabaseParts {
  readonly file: StoreFile;
  readonly scheduler: Scheduler;
  readonly info: DatabaseInfo;
  /** Told when it is closed and its transactions are over. */
  readonly onClosed: (database: SqliteDatabase) => void;
}

/** A connection to a database. @see {@link https://w3c.github.io/IndexedDB/#database-interface} */
export class SqliteDatabase extends Target implements IDBDatabase {
  readonly name: string;
  #version: number;
  readonly #parts: DatabaseParts;
  #stores: Map<string, StoreInfo>;
  readonly #live = new Set<SqliteTransaction>();
  #upgrade: SqliteTransaction | undefined;
  #isClosing = false;
  #isClosed = false;

  constructor(parts: DatabaseParts) {
    super();
    this.#parts = parts;
    this.name = parts.info.name;
    this.#version = parts.info.version;
    this.#stores = new Map(parts.info.stores);
  }

  get version(): number {
    return this.#version;
  }

  get objectStoreNames(): DOMStringList {
    return NameList.sorted(this.#stores.keys());
  }

  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** What is known of the database now. */
  get info(): DatabaseInfo {
    return { name: this.name, version: this.#version, stores: this.#stores };
  }

  /** @throws DOMException `InvalidStateError`, `NotFoundError`, `InvalidAccessError`; TypeError. */
  transaction(
    names: string | Iterable<string>,
    mode: IDBTransactionMode = "readonly",
    { durability = "default" }: IDBTransactionOptions = {},
  ): IDBTransaction {
    if (this.#upgrade) throw idbException("InvalidStateError", "an upgrade is under way");
    if (this.#isClosing) throw idbException("InvalidStateError", "the connection is closed");
    const scope = new Map<string, StoreInfo>();
    for (const name of typeof names === "object" ? Array.from(names, String) : [toName(names)]) {
      const store = this.#stores.get(name);
      if (!store) throw idbException("NotFoundError", `there is no object store ${name}`);
      scope.set(name, store);
    }
    if (scope.size === 0) throw idbException("InvalidAccessError", "a transaction needs an object store");
    if (mode !== "readonly" && mode !== "readwrite") throw new TypeError(`${mode} is no mode of a transaction`);
    if (!["default", "strict", "relaxed"].includes(durability)) throw new TypeError(`${durability} is no durability`);
    return this.#begin({ mode, durability, scope });
  }

  #begin(
    given: Pick<ConstructorParameters<typeof SqliteTransaction>[0], "mode" | "durability" | "scope" | "revert">,
    onEnded: (committed: boolean) => void = () => {},
  ): SqliteTransaction {
    const { file, scheduler } = this.#parts;
    const transaction: SqliteTransaction = new SqliteTransaction({
      ...given,
      file,
      scheduler,
      database: this,
      openStore: (info, of) => new SqliteObjectStore(of, info, this.#stores),
      onEnded: (committed) => {
        this.#live.delete(transaction);
        onEnded(committed);
        this.#closeIfIdle();
      },
    });
    this.#live.add(transaction);
    return transaction;
  }

  /** Begins the upgrade to a version; the promise tells whether it was committed. */
  beginUpgrade(version: number): { readonly transaction: SqliteTransaction; readonly ended: Promise<boolean> } {
    const before = { version: this.#version, stores: new Map(this.#stores) };
    const undo = [...this.#stores.values()].map((store) => {
      const { name, indexes } = store;
      const names = [...indexes.values()].map((index) => ({ index, name: index.name }));
      const kept = new Map(indexes);
      return (): void => {
        Object.assign(store, { name, indexes: kept, isDeleted: false });
        for (const { index, name: indexName } of names) Object.assign(index, { name: indexName, isDeleted: false });
      };
    });
    const revert = (): void => {
      this.#forgetNew(before.stores);
      for (const step of undo) step();
      this.#version = before.version;
      this.#stores.clear();
      for (const [name, store] of before.stores) this.#stores.set(name, store);
    };
    this.#version = version;
    let onEnded: (committed: boolean) => void = () => {};
    const ended = new Promise<boolean>((resolve) => (onEnded = resolve));
    const transaction = this.#begin({ mode: "versionchange", durability: "default", scope: this.#stores, revert }, (committed) => {
      this.#upgrade = undefined;
      onEnded(committed);
    });
    this.#upgrade = transaction;
    return { transaction, ended };
  }

  /** What an aborted upgrade has made is gone. */
  #forgetNew(before: ReadonlyMap<string, StoreInfo>): void {
    const old = new Set(before.values());
    for (const store of this.#stores.values())
      if (!old.has(store)) {
        for (const index of store.indexes.values()) index.isDeleted = true;
        Object.assign(store, { isDeleted: true, indexes: new Map() });
      }
  }

  #requireUpgrade(): SqliteTransaction {
    if (!this.#upgrade) throw idbException("InvalidStateError", "only an upgrade can do this");
    this.#upgrade.requireActive();
    return this.#upgrade;
  }

  /** Adds an object store. @throws DOMException `InvalidStateError`, `SyntaxError`, `ConstraintError`, `InvalidAccessError`. */
  createObjectStore(name: string, { keyPath, autoIncrement = false }: IDBObjectStoreParameters = {}): IDBObjectStore {
    const upgrade = this.#requireUpgrade();
    const path = keyPath === undefined || keyPath === null ? null : readKeyPath(keyPath);
    if (this.#stores.has(toName(name))) throw idbException("ConstraintError", `there is an object store ${name} already`);
    if (autoIncrement && path !== null && (typeof path !== "string" || path === ""))
      throw idbException("InvalidAccessError", "keys can only be generated into one path that is not empty");
    const { file } = this.#parts;
    const store = addStore(file, this.name, { name: toName(name), keyPath: path, autoIncrement: toFlag(autoIncrement) });
    this.#stores.set(store.name, store);
    return upgrade.handleOf(store);
  }

  /** Deletes an object store with all that is in it. @throws DOMException `InvalidStateError`, `NotFoundError`. */
  deleteObjectStore(name: string): void {
    const upgrade = this.#requireUpgrade();
    const store = this.#stores.get(toName(name));
    if (!store) throw idbException("NotFoundError", `there is no object store ${name}`);
    this.#stores.delete(store.name);
    const { indexes } = store;
    for (const index of indexes.values()) index.isDeleted = true;
    Object.assign(store, { isDeleted: true, indexes: new Map() });
    const { file } = this.#parts;
    upgrade.run(new SqliteRequest(null), () => removeStore(file, { ...store, indexes }), true);
  }

  close(): void {
    this.#isClosing = true;
    this.#closeIfIdle();
  }

  /** Closes the connection at once: its transactions are aborted, and it is told. */
  closeByForce(): void {
    if (this.#isClosed) return;
    this.#isClosing = true;
    for (const transaction of this.#live) transaction.abortWith(idbException("AbortError", "the store was closed"));
    setImmediate(() => fire(this, new IdbEvent("close")));
    this.#closeIfIdle();
  }

  #closeIfIdle(): void {
    if (!this.#isClosing || this.#isClosed || this.#live.size > 0) return;
    this.#isClosed = true;
    this.#parts.onClosed(this);
  }

  get onabort(): IDBDatabase["onabort"] {
    return this.handler("abort") as IDBDatabase["onabort"];
  }

  set onabort(handler: IDBDatabase["onabort"]) {
    this.setHandler("abort", handler);
  }

  get onclose(): IDBDatabase["onclose"] {
    return this.handler("close") as IDBDatabase["onclose"];
  }

  set onclose(handler: IDBDatabase["onclose"]) {
    this.setHandler("close", handler);
  }

  get onerror(): IDBDatabase["onerror"] {
    return this.handler("error") as IDBDatabase["onerror"];
  }

  set onerror(handler: IDBDatabase["onerror"]) {
    this.setHandler("error", handler);
  }

  get onversionchange(): IDBDatabase["onversionchange"] {
    return this.handler("versionchange") as IDBDatabase["onversionchange"];
  }

  set onversionchange(handler: IDBDatabase["onversionchange"]) {
    this.setHandler("versionchange", handler);
  }

  get [Symbol.toStringTag](): string {
    return "IDBDatabase";
  }
}
