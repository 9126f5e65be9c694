import { chmodSync, closeSync, openSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { StoreError } from "../errors.ts";
import type { Query, SqlValue, WriteOperation } from "../statement.ts";
import type { Store } from "../store.ts";
import { makeFolder } from "../make-folder.ts";
import { toSqlite } from "./dialect.ts";
import { isDiskFailure } from "./disk-failure.ts";
import { lockDataFile } from "./lock-data-file.ts";
import { migrate, openDatabase } from "./open-database.ts";
import { Writer } from "./writer.ts";

/** The embedded store: one file, reads on this thread, writes on a thread of their own. */
export class SqliteStore implements Store {
  readonly #reader: DatabaseSync;
  readonly #writer: Writer;
  readonly #unlock: () => void;
  readonly #prepared = new Map<string, StatementSync>();
  #closed = false;

  private constructor(reader: DatabaseSync, writer: Writer, unlock: () => void) {
    this.#reader = reader;
    this.#writer = writer;
    this.#unlock = unlock;
  }

  /**
   * Opens a database file, which is made if it is missing, and brings its schema up to date.
   *
   * @throws {StoreError} `DATA_IN_USE`, `NOT_WRITABLE`, `SCHEMA_TOO_NEW` or `MIGRATION_FAILED`.
   */
  static async open(path: string): Promise<SqliteStore> {
    makeFolder(dirname(path));
    const unlock = lockDataFile(path);
    try {
      const writer = await Writer.start(path, () => prepareFile(path));
      return new SqliteStore(openDatabase(path, true), writer, unlock);
    } catch (error) {
      unlock();
      throw error;
    }
  }

  async get<Params extends readonly SqlValue[], Row>(statement: Query<Params, Row>, ...params: Params): Promise<Row | undefined> {
    // The catalogue declares what each statement's rows hold.
    return this.#read(() => this.#prepare(statement).get(...params)) as Row | undefined;
  }

  async all<Params extends readonly SqlValue[], Row>(statement: Query<Params, Row>, ...params: Params): Promise<Row[]> {
    return this.#read(() => this.#prepare(statement).all(...params)) as Row[];
  }

  commit(batch: readonly WriteOperation[]): Promise<void> {
    return this.#writer.commit(batch);
  }

  onFailure(listener: (error: StoreError) => void): void {
    this.#writer.onFailure(listener);
  }

  /** A file always answers. */
  onOutage(): void {}

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#reader.close();
    await this.#writer[Symbol.asyncDispose]();
    this.#unlock();
  }

  #read<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!isDiskFailure(error)) throw error;
      const failure = new StoreError("DISK_FAILED", `the database cannot be read: ${error instanceof Error ? error.message : ""}`, error);
      this.#writer.fail(failure);
      throw failure;
    }
  }

  #prepare({ sql }: Query<never, unknown>): StatementSync {
    if (this.#closed) throw new StoreError("CLOSED", "the store is closed");
    let prepared = this.#prepared.get(sql);
    if (!prepared) {
      prepared = this.#reader.prepare(toSqlite(sql));
      this.#prepared.set(sql, prepared);
    }
    return prepared;
  }
}

/** Makes the file if it is missing, readable by nobody else, and brings its schema up to date. */
function prepareFile(path: string): void {
  try {
    closeSync(openSync(path, "a", 0o600));
    // The files beside it, which SQLite makes, get the same mode.
    chmodSync(path, 0o600);
    const database = openDatabase(path);
    migrate(database);
    database.close();
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreError("NOT_A_DATABASE", `${path} cannot be opened: ${reason}`, error);
  }
}
