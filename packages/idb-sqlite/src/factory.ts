import { KeyedQueue } from "@patrix/concurrency";
import { SqliteDatabase } from "./database.ts";
import { idbException, IdbSqliteError } from "./errors.ts";
import { IdbEvent, SqliteVersionChangeEvent } from "./events/idb-event.ts";
import { fire } from "./events/target.ts";
import { type DatabaseInfo, listDatabases, readDatabase, removeDatabase, setVersion } from "./file/catalogue.ts";
import type { StoreFile } from "./file/store-file.ts";
import { compareKeys } from "./keys/encode-key.ts";
import { requireKey } from "./keys/key-range.ts";
import { SqliteOpenRequest } from "./request.ts";
import { Scheduler } from "./scheduler.ts";
import { toInteger, toName } from "./web-idl.ts";

/** The largest version of a database. */
const maxVersion = Number.MAX_SAFE_INTEGER;

/** The databases of one file. @see {@link https://w3c.github.io/IndexedDB/#factory-interface} */
export class SqliteFactory implements IDBFactory {
  readonly #file: StoreFile;
  readonly #scheduler = new Scheduler();
  readonly #connections = new Map<string, Set<SqliteDatabase>>();
  /** Requests to open or to delete: those of one name one after the other. */
  readonly #opening = new KeyedQueue<string>();
  readonly #known = new Map<string, DatabaseInfo>();
  readonly #waiting = new Set<() => void>();

  constructor(file: StoreFile) {
    this.#file = file;
  }

  /** Opens a database, or makes it. @throws TypeError if the version is no positive integer; {@link IdbSqliteError} `CLOSED`. */
  open(name: string, version?: number): IDBOpenDBRequest {
    this.#requireOpen();
    const wanted = version === undefined ? undefined : toInteger(version);
    if (wanted !== undefined && !(wanted >= 1 && wanted <= maxVersion))
      throw new TypeError(`${toName(version)} is no version of a database`);
    const request = new SqliteOpenRequest();
    this.#queue(toName(name), request, () => this.#open(toName(name), wanted, request));
    return request;
  }

  /** Deletes a database, if it is there. @throws {@link IdbSqliteError} `CLOSED`. */
  deleteDatabase(name: string): IDBOpenDBRequest {
    this.#requireOpen();
    const request = new SqliteOpenRequest();
    this.#queue(toName(name), request, () => this.#delete(toName(name), request));
    return request;
  }

  async databases(): Promise<IDBDatabaseInfo[]> {
    this.#requireOpen();
    // During an upgrade the file has the new version already.
    const known = listDatabases(this.#file).map(({ name, version }) => ({ name, version: this.#known.get(name)?.version ?? version }));
    return known.filter(({ version }) => version > 0);
  }

  cmp(first: unknown, second: unknown): number {
    return compareKeys(requireKey(first), requireKey(second));
  }

  /** Closes all connections, which are told by `close`, and the file. Transactions that are not committed are taken back. */
  close(): void {
    if (!this.#file.isOpen) return;
    for (const connections of this.#connections.values()) for (const connection of connections) connection.closeByForce();
    this.#file.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  get [Symbol.toStringTag](): string {
    return "IDBFactory";
  }

  #requireOpen(): void {
    if (!this.#file.isOpen) throw new IdbSqliteError("CLOSED", `${this.#file.path} is closed`);
  }

  #queue(name: string, request: SqliteOpenRequest, task: () => Promise<void>): void {
    const run = async (): Promise<void> => {
      await nextTurn();
      try {
        this.#requireOpen();
        await task();
      } catch (error) {
        if (error instanceof DOMException) fail(request, error);
        else fail(request, idbException("UnknownError", error instanceof Error ? error.message : String(error), error));
      }
    };
    void this.#opening.run(name, run);
  }

  #info(name: string): DatabaseInfo {
    const info = this.#known.get(name) ?? readDatabase(this.#file, name);
    this.#known.set(name, info);
    return info;
  }

  async #open(name: string, wanted: number | undefined, request: SqliteOpenRequest): Promise<void> {
    const info = this.#info(name);
    const version = wanted ?? (info.version || 1);
    if (info.version > version)
      throw idbException("VersionError", `${name} has version ${info.version} already, which is above ${version}`);
    if (info.version < version) await this.#closeOthers(info, version, request);
    const connection = this.#connect(info);
    if (info.version < version) await this.#upgrade(connection, version, request);
    request.settle({ result: connection });
    fire(request, new IdbEvent("success"));
  }

  #connect(info: DatabaseInfo): SqliteDatabase {
    const connections = this.#connections.get(info.name) ?? new Set();
    this.#connections.set(info.name, connections);
    const connection = new SqliteDatabase({
      file: this.#file,
      scheduler: this.#scheduler,
      info,
      onClosed: (closed) => {
        connections.delete(closed);
        for (const wake of this.#waiting) wake();
      },
    });
    connections.add(connection);
    return connection;
  }

  /** Asks all connections to a database to close, and waits until they are closed. */
  async #closeOthers({ name, version }: DatabaseInfo, newVersion: number | null, request: SqliteOpenRequest): Promise<void> {
    const connections = this.#connections.get(name) ?? new Set();
    const change = { oldVersion: version, newVersion };
    for (const connection of Array.from(connections)) {
      if (connection.isClosing) continue;
      fire(connection, new SqliteVersionChangeEvent("versionchange", change));
      await nextTurn();
    }
    if (connections.size > 0) fire(request, new SqliteVersionChangeEvent("blocked", change));
    while (connections.size > 0) await new Promise<void>((resolve) => this.#onceClosed(resolve));
  }

  #onceClosed(resolve: () => void): void {
    const wake = (): void => {
      this.#waiting.delete(wake);
      resolve();
    };
    this.#waiting.add(wake);
  }

  async #upgrade(connection: SqliteDatabase, version: number, request: SqliteOpenRequest): Promise<void> {
    const { info } = connection;
    const { transaction, ended } = connection.beginUpgrade(version);
    await transaction.started;
    setVersion(this.#file, info.name, version);
    request.settle({ result: connection });
    request.place(transaction);
    await nextTurn();
    transaction.dispatch(request, new SqliteVersionChangeEvent("upgradeneeded", { oldVersion: info.version, newVersion: version }));
    const committed = await ended;
    request.place(null);
    if (committed) this.#known.set(info.name, connection.info);
    if (committed && !connection.isClosing) return;
    connection.close();
    await nextTurn();
    throw idbException("AbortError", committed ? "the connection was closed during the upgrade" : "the upgrade was aborted");
  }

  async #delete(name: string, request: SqliteOpenRequest): Promise<void> {
    const info = this.#info(name);
    if (info.version > 0) await this.#closeOthers(info, null, request);
    if (info.version > 0) await this.#exclusively(() => removeDatabase(this.#file, info));
    this.#known.delete(name);
    request.settle({ result: undefined });
    fire(request, new SqliteVersionChangeEvent("success", { oldVersion: info.version, newVersion: null }));
  }

  /** Runs what writes outside the transactions of programs, when none of those that write runs. */
  #exclusively(task: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const turn = {
        writes: true,
        scope: new Set<object>(),
        start: (): void => {
          try {
            this.#file.begin(false);
            task();
            this.#file.commit();
            resolve();
          } catch (error) {
            this.#file.rollback();
            reject(error);
          }
          setImmediate(() => this.#scheduler.remove(turn));
        },
      };
      this.#scheduler.add(turn);
    });
  }
}

function fail(request: SqliteOpenRequest, error: DOMException): void {
  request.place(null);
  request.settle({ error });
  fire(request, new IdbEvent("error", { bubbles: true, cancelable: true }));
}

/** Lets callbacks, and the promises that follow from them, run to their end. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
