import { chmodSync, closeSync, openSync } from "node:fs";
import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";
import { IdbSqliteError } from "../errors.ts";

/** Marks the files of this package: "PIDB". */
const applicationId = 0x50494442;
/** Version of the tables below. */
const formatVersion = 1;

const tables = `
CREATE TABLE database (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, version REAL NOT NULL) STRICT;
CREATE TABLE store (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  database INTEGER NOT NULL,
  name TEXT NOT NULL,
  key_path TEXT NOT NULL,
  auto_increment INTEGER NOT NULL,
  next_key REAL NOT NULL DEFAULT 1
) STRICT;
CREATE TABLE idx (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  store INTEGER NOT NULL,
  name TEXT NOT NULL,
  key_path TEXT NOT NULL,
  is_unique INTEGER NOT NULL,
  multi_entry INTEGER NOT NULL
) STRICT;
CREATE TABLE record (id INTEGER PRIMARY KEY, store INTEGER NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL, UNIQUE (store, key)) STRICT;
CREATE TABLE entry (idx INTEGER NOT NULL, key BLOB NOT NULL, primary_key BLOB NOT NULL, PRIMARY KEY (idx, key, primary_key)) STRICT, WITHOUT ROWID;
`;

/** What a statement takes. */
export type SqlValue = number | string | Uint8Array;
/** What a statement gives. */
export type SqlRow = Record<string, SQLOutputValue>;

/** An SQLite file with IndexedDB databases, held by one process. */
export class StoreFile {
  readonly path: string;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #isRelaxed = false;

  /** Opens the file, or makes it. @throws {IdbSqliteError} As `openIndexedDB` says. */
  constructor(path: string) {
    this.path = path;
    this.#database = openDatabase(path);
  }

  get isOpen(): boolean {
    return this.#database.isOpen;
  }

  /** Whether a transaction is open; SQLite ends one by itself when the disk fails. */
  get isInTransaction(): boolean {
    return this.#database.isTransaction;
  }

  run(sql: string, ...values: SqlValue[]): number {
    return Number(this.#statement(sql).run(...values).changes);
  }

  get(sql: string, ...values: SqlValue[]): SqlRow | undefined {
    return this.#statement(sql).get(...values);
  }

  all(sql: string, ...values: SqlValue[]): SqlRow[] {
    return this.#statement(sql).all(...values);
  }

  /** Begins a transaction that writes; a relaxed one survives the end of the process, but not of the machine. */
  begin(relaxed: boolean): void {
    if (relaxed !== this.#isRelaxed) this.#database.exec(`PRAGMA synchronous = ${relaxed ? "NORMAL" : "FULL"}`);
    this.#isRelaxed = relaxed;
    this.#database.exec("BEGIN");
  }

  commit(): void {
    this.#database.exec("COMMIT");
  }

  rollback(): void {
    if (this.#database.isOpen && this.#database.isTransaction) this.#database.exec("ROLLBACK");
  }

  close(): void {
    if (!this.#database.isOpen) return;
    this.rollback();
    this.#statements.clear();
    this.#database.close();
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = this.#database.prepare(sql)));
    return statement;
  }
}

/** Looked for when it is needed, so that older versions of Node can import the package. */
function loadSqlite(): typeof import("node:sqlite") {
  const found = process.getBuiltinModule?.("node:sqlite");
  if (found) return found;
  throw new IdbSqliteError("UNSUPPORTED_PLATFORM", `idb-sqlite needs Node 22.16 or newer, and this is ${process.version}`);
}

function openDatabase(path: string): DatabaseSync {
  const { DatabaseSync: Database } = loadSqlite();
  let database: DatabaseSync | undefined;
  try {
    // What is kept here is as good as passwords; SQLite makes the files beside it as it finds this one.
    if (path !== ":memory:") closeSync(openSync(path, "a", 0o600));
    database = new Database(path, { timeout: 0 });
    prepareFile(database, path);
    if (path !== ":memory:") chmodSync(path, 0o600);
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof IdbSqliteError) throw error;
    throw describeFailure(path, error);
  }
}

function describeFailure(path: string, error: unknown): IdbSqliteError {
  const code = error instanceof Error && "errcode" in error && typeof error.errcode === "number" ? error.errcode & 0xff : undefined;
  // SQLITE_BUSY and SQLITE_LOCKED, SQLITE_NOTADB.
  if (code === 5 || code === 6)
    return new IdbSqliteError(
      "FILE_IN_USE",
      `${path} is open already, here or in another process: a store belongs to one at a time`,
      error,
    );
  if (code === 26) return new IdbSqliteError("NOT_A_STORE", `${path} is no SQLite file`, error);
  return new IdbSqliteError("CANNOT_OPEN", `${path} cannot be opened: ${error instanceof Error ? error.message : String(error)}`, error);
}

function prepareFile(database: DatabaseSync, path: string): void {
  const pragma = (name: string): unknown => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  // The lock is taken by the first statement that reads, and held until the file is closed or its process is gone.
  database.exec("PRAGMA locking_mode = EXCLUSIVE");
  const isEmpty = pragma("schema_version") === 0;
  const found = pragma("application_id");
  if (!isEmpty && found !== applicationId) throw new IdbSqliteError("NOT_A_STORE", `${path} is an SQLite file of something else`);
  if (isEmpty) database.exec("PRAGMA auto_vacuum = INCREMENTAL");
  // A write ahead log of its own for one process needs no shared memory; each commit is on the disk before it is told of.
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 16777216");
  database.exec("BEGIN EXCLUSIVE");
  const version = pragma("user_version");
  if (isEmpty) database.exec(`${tables} PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${formatVersion}`);
  else if (version !== formatVersion)
    throw new IdbSqliteError("NEWER_FORMAT", `${path} has format ${String(version)}, and this version knows only ${formatVersion}`);
  database.exec("COMMIT");
  if (!isEmpty) database.exec("PRAGMA incremental_vacuum(2000)");
}
