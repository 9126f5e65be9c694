import { existsSync } from "node:fs";
import { backup, DatabaseSync, type StatementSync } from "node:sqlite";
import { StoreError } from "../errors.ts";
import { requireNewestSchema, type SaveOptions, type Snapshot } from "../snapshot.ts";
import type { Query, SqlValue } from "../statement.ts";
import { turnIfDue } from "../../turns.ts";
import { toSqlite } from "./dialect.ts";
import { isDiskFailure } from "./disk-failure.ts";
import { toSingleFile } from "./single-file.ts";

/** How many pages are written in one go. */
const PAGES_AT_ONCE = 2_000;

/** A file as it was at one moment: a reading transaction that stays open. */
export class SqliteSnapshot implements Snapshot {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Opens a file, which may be in use. @throws {StoreError} `NOT_A_DATABASE`, `SCHEMA_TOO_NEW`, `SCHEMA_TOO_OLD`. */
  static open(path: string): SqliteSnapshot {
    if (!existsSync(path)) throw new StoreError("NOT_A_DATABASE", `there is no file ${path}`);
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
      database.exec("pragma cache_size = -32768; pragma temp_store = memory; begin");
      // The first read begins the transaction.
      const row = database.prepare("select user_version from pragma_user_version").get();
      database.prepare("select count(*) from sqlite_schema").get();
      requireNewestSchema(Number(row?.["user_version"]));
      return new SqliteSnapshot(database);
    } catch (error) {
      database?.close();
      if (error instanceof StoreError) throw error;
      throw new StoreError("NOT_A_DATABASE", `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, error);
    }
  }

  async get<Params extends readonly SqlValue[], Row>(statement: Query<Params, Row>, ...params: Params): Promise<Row | undefined> {
    // The catalogue declares what each statement's rows hold.
    return (await this.#read(() => this.#prepare(statement.sql).get(...params))) as Row | undefined;
  }

  async all<Params extends readonly SqlValue[], Row>(statement: Query<Params, Row>, ...params: Params): Promise<Row[]> {
    return (await this.#read(() => this.#prepare(statement.sql).all(...params))) as Row[];
  }

  async inspect(): Promise<readonly string[]> {
    try {
      const lines = this.#database.prepare("pragma integrity_check").all();
      return lines.map((line) => String(line["integrity_check"])).filter((line) => line !== "ok");
    } catch (error) {
      // Some pages stop the check itself.
      if (isDiskFailure(error) && error instanceof Error) return [error.message];
      throw error;
    }
  }

  async saveAs(path: string, { progress, signal }: SaveOptions = {}): Promise<void> {
    // A small file is written in one go, and nobody would hear of it.
    progress?.({ done: 0, of: 1 });
    await backup(this.#database, path, {
      rate: PAGES_AT_ONCE,
      progress: ({ totalPages, remainingPages }: { totalPages: number; remainingPages: number }) => {
        signal?.throwIfAborted();
        progress?.({ done: totalPages - remainingPages, of: totalPages });
      },
    });
    signal?.throwIfAborted();
    toSingleFile(path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#database.isOpen) this.#database.close();
  }

  async #read<T>(read: () => T): Promise<T> {
    // Reads do not wait for anything: without turns nobody could end a long row of them.
    const turn = turnIfDue();
    if (turn) await turn;
    try {
      return read();
    } catch (error) {
      if (!isDiskFailure(error)) throw error;
      throw new StoreError("DISK_FAILED", `the database cannot be read: ${error instanceof Error ? error.message : ""}`, error);
    }
  }

  #prepare(sql: string): StatementSync {
    let prepared = this.#prepared.get(sql);
    if (!prepared) this.#prepared.set(sql, (prepared = this.#database.prepare(toSqlite(sql))));
    return prepared;
  }
}
