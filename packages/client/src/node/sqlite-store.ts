import { scryptSync } from "node:crypto";
import { chmodSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { KeyedQueue } from "@patrix/concurrency";
import { ClientError } from "../errors.ts";
import { Slices } from "../slices.ts";
import type { Store, StoreChange, StoreTable } from "../stores/store.ts";
import { scryptCost, sealedCoding, secretBytes } from "../stores/sealed-coding.ts";
import { checkProbe, newSalt, plainCoding, probeOf, requireSameKind, type ValueCoding } from "../stores/value-coding.ts";
import { sqliteKeys } from "./sqlite-keys.ts";

/** The memory that scrypt may take at the cost of stores. */
const scryptBytes = 64 * 1024 * 1024;

/** Options of {@link sqliteStore}. */
export interface SqliteStoreOptions {
  /** Encrypts everything in the file. Without one, the access token is there to be read by whoever can read the file. */
  passphrase?: string | undefined;
}

/**
 * Keeps everything in an SQLite file, which is made if it is missing and belongs to one process at a time. The file is
 * opened when the store is first used. With encryption there is a second file beside it for the keys, whose name ends with `-keys`.
 *
 * @throws {ClientError} On first use: `STORE_IN_USE`, `WRONG_PASSPHRASE`, or `UNSUPPORTED_PLATFORM` on Node before 22.13; after it was disposed of: `STOPPED`.
 * @example
 * const client = await createClient("example.org", { store: sqliteStore("./me.db", { passphrase }) });
 */
export function sqliteStore<Table extends string = StoreTable>(path: string, { passphrase }: SqliteStoreOptions = {}): Store<Table> {
  let opened: OpenStore | undefined;
  let isClosed = false;
  const open = (): OpenStore => {
    // Whatever ends after its client would lock the file again.
    if (isClosed) throw new ClientError("STOPPED", "the store is closed");
    return (opened ??= new OpenStore(path, passphrase));
  };
  return {
    kind: "sqlite",
    keys: sqliteKeys(path === ":memory:" ? path : `${path}-keys`, passphrase),
    get: async (table, key) => open().inTurn((store) => store.get(table, key)),
    all: async (table) => open().inTurn((store) => store.all(table)),
    write: async (changes) => open().inTurn((store) => store.write(changes)),
    async [Symbol.asyncDispose]() {
      isClosed = true;
      const store = opened;
      opened = undefined;
      await store?.inTurn(() => store.close());
    },
  };
}

class OpenStore {
  readonly #database: DatabaseSync;
  readonly #coding: ValueCoding;
  readonly #queue = new KeyedQueue<"store">();

  constructor(path: string, passphrase: string | undefined) {
    this.#database = openDatabase(path);
    try {
      this.#coding = this.#chooseCoding(passphrase);
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /** Does something after all that was asked for before: a long write has others take their turns while it goes on. */
  inTurn<T>(task: (store: OpenStore) => T | Promise<T>): Promise<T> {
    return this.#queue.run("store", async () => task(this));
  }

  get(table: string, key: string): unknown {
    const encodedKey = this.#coding.encodeKey(table, key);
    const row = this.#database.prepare("SELECT value FROM entry WHERE tbl = ? AND key = ?").get(table, encodedKey);
    return row?.["value"] instanceof Uint8Array ? JSON.parse(this.#coding.decode(table, encodedKey, row["value"]).text) : undefined;
  }

  all(table: string): ReadonlyMap<string, unknown> {
    const found = new Map<string, unknown>();
    for (const { key, value } of this.#database.prepare("SELECT key, value FROM entry WHERE tbl = ? ORDER BY key").iterate(table)) {
      if (typeof key !== "string" || !(value instanceof Uint8Array)) continue;
      const entry = this.#coding.decode(table, key, value);
      found.set(entry.key, JSON.parse(entry.text));
    }
    return found;
  }

  async write(changes: readonly StoreChange<string>[]): Promise<void> {
    const put = this.#database.prepare("INSERT OR REPLACE INTO entry (tbl, key, value) VALUES (?, ?, ?)");
    const remove = this.#database.prepare("DELETE FROM entry WHERE tbl = ? AND key = ?");
    const slices = new Slices();
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      for (const { table, key, value } of changes) {
        if (slices.isOver) await slices.next();
        if (value === undefined) {
          remove.run(table, this.#coding.encodeKey(table, key));
          continue;
        }
        const encoded = this.#coding.encode(table, key, JSON.stringify(value));
        put.run(table, encoded.key, encoded.bytes);
      }
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }

  /** Reads how the file is encoded, or decides it for a new one. */
  #chooseCoding(passphrase: string | undefined): ValueCoding {
    const codingBy = (salt: Uint8Array): ValueCoding =>
      passphrase === undefined
        ? plainCoding
        : sealedCoding(scryptSync(passphrase, salt, secretBytes, { ...scryptCost, maxmem: scryptBytes }));
    const kept = this.#meta("salt");
    const probe = this.#meta("probe");
    if (probe) {
      requireSameKind({ hasSalt: kept !== undefined }, passphrase);
      const coding = kept ? codingBy(kept) : plainCoding;
      checkProbe(coding, probe);
      return coding;
    }
    const salt = newSalt();
    const coding = codingBy(salt);
    const put = this.#database.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)");
    this.#database.exec("BEGIN IMMEDIATE");
    if (passphrase !== undefined) put.run("salt", salt);
    put.run("probe", probeOf(coding));
    this.#database.exec("COMMIT");
    return coding;
  }

  #meta(name: "salt" | "probe"): Uint8Array | undefined {
    const value = this.#database.prepare("SELECT value FROM meta WHERE name = ?").get(name)?.["value"];
    return value instanceof Uint8Array ? value : undefined;
  }
}

/** Looked for when it is needed: older versions of Node have everything that the rest of the package needs, but no SQLite. */
function loadSqlite(): typeof import("node:sqlite") {
  const found = process.getBuiltinModule?.("node:sqlite");
  if (found) return found;
  throw new ClientError("UNSUPPORTED_PLATFORM", `the SQLite store needs Node 22.13 or newer, and this is ${process.version}`);
}

function openDatabase(path: string): DatabaseSync {
  const database = new (loadSqlite().DatabaseSync)(path);
  try {
    // The session is as good as a password.
    if (path !== ":memory:") chmodSync(path, 0o600);
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 0;");
    // Takes the lock, which the pragma alone does not.
    database.exec("BEGIN EXCLUSIVE");
    database.exec("CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID");
    database.exec(
      "CREATE TABLE IF NOT EXISTS entry (tbl TEXT, key TEXT, value BLOB NOT NULL, PRIMARY KEY (tbl, key)) STRICT, WITHOUT ROWID",
    );
    database.exec("COMMIT");
    return database;
  } catch (error) {
    database.close();
    if (error instanceof Error && /locked|busy/i.test(error.message))
      throw new ClientError("STORE_IN_USE", "another process, or another client of this one, has the store open", error);
    throw error;
  }
}
