import { scrypt, type ScryptOptions } from "node:crypto";
import { chmodSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { KeyedQueue } from "@patrix/concurrency";
import { ClientError } from "../errors.ts";
import { Slices } from "../slices.ts";
import type { Store, StoreChange, StoreTable } from "../stores/store.ts";
import { scryptCost, sealedCoding, secretBytes } from "../stores/sealed-coding.ts";
import { checkProbe, newSalt, plainCoding, probeOf, requireSameKind, type ValueCoding } from "../stores/value-coding.ts";
import { nativeCiphers } from "./native-ciphers.ts";
import { PackedRows, packsSchema } from "./packed-rows.ts";
import { sqliteKeys } from "./sqlite-keys.ts";
import { PlainRows, type StoreRows, storeRowsSchema } from "./store-rows.ts";

/** Changes that are written together from which on they are sealed together. */
const manyChanges = 64;
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
  let opened: Promise<OpenStore> | undefined;
  let isClosed = false;
  const open = (): Promise<OpenStore> => {
    // Whatever ends after its client would lock the file again.
    if (isClosed) throw new ClientError("STOPPED", "the store is closed");
    opened ??= OpenStore.open(path, passphrase).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
  return {
    kind: "sqlite",
    keys: sqliteKeys(path === ":memory:" ? path : `${path}-keys`, passphrase),
    get: async (table, key) => (await open()).inTurn((store) => store.get(table, key)),
    all: async (table) => (await open()).inTurn((store) => store.all(table)),
    write: async (changes) => (await open()).inTurn((store) => store.write(changes)),
    async [Symbol.asyncDispose]() {
      isClosed = true;
      const opening = opened;
      opened = undefined;
      // Why it could not be opened was told to who has asked for it.
      const store = await opening?.catch(() => undefined);
      await store?.inTurn(() => store.close());
    },
  };
}

class OpenStore {
  readonly #database: DatabaseSync;
  readonly #rows: StoreRows;
  readonly #queue = new KeyedQueue<"store">();

  private constructor(database: DatabaseSync, rows: StoreRows) {
    this.#database = database;
    this.#rows = rows;
  }

  static async open(path: string, passphrase: string | undefined): Promise<OpenStore> {
    const database = openDatabase(path);
    try {
      return new OpenStore(database, await chooseRows(database, passphrase));
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** Does something after all that was asked for before: a long write has others take their turns while it goes on. */
  inTurn<T>(task: (store: OpenStore) => T | Promise<T>): Promise<T> {
    return this.#queue.run("store", async () => task(this));
  }

  get(table: string, key: string): unknown {
    return this.#rows.get(table, key);
  }

  all(table: string): ReadonlyMap<string, unknown> {
    return this.#rows.all(table);
  }

  async write(changes: readonly StoreChange<string>[]): Promise<void> {
    const slices = new Slices();
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      if (changes.length >= manyChanges) this.#rows.begin();
      for (const { table, key, value } of changes) {
        if (slices.isOver) await slices.next();
        if (value === undefined) this.#rows.remove(table, key);
        else this.#rows.put(table, key, JSON.stringify(value));
      }
      this.#rows.end();
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#rows.abandon();
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }
}

/** Reads how the file is encoded, or decides it for a new one. */
async function chooseRows(database: DatabaseSync, passphrase: string | undefined): Promise<StoreRows> {
  const kept = readMeta(database, "salt");
  const probe = readMeta(database, "probe");
  if (probe) requireSameKind({ hasSalt: kept !== undefined }, passphrase);
  if (passphrase === undefined) {
    prove(database, plainCoding, { probe, salt: undefined });
    return new PlainRows(database);
  }
  const salt = kept ?? newSalt();
  const secret = await makeSecret(passphrase, salt, secretBytes, { ...scryptCost, maxmem: scryptBytes });
  const coding = sealedCoding(secret, nativeCiphers);
  prove(database, coding, { probe, salt });
  return new PackedRows(database, coding);
}

/** @throws {ClientError} `WRONG_PASSPHRASE` if the file was written with another coding. */
function prove(
  database: DatabaseSync,
  coding: ValueCoding,
  { probe, salt }: { readonly probe: Uint8Array | undefined; readonly salt: Uint8Array | undefined },
): void {
  if (probe) return checkProbe(coding, probe);
  const put = database.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)");
  database.exec("BEGIN IMMEDIATE");
  if (salt) put.run("salt", salt);
  put.run("probe", probeOf(coding));
  database.exec("COMMIT");
}

function readMeta(database: DatabaseSync, name: "salt" | "probe"): Uint8Array | undefined {
  const value = database.prepare("SELECT value FROM meta WHERE name = ?").get(name)?.["value"];
  return value instanceof Uint8Array ? value : undefined;
}

const makeSecret = (passphrase: string, salt: Uint8Array, length: number, options: ScryptOptions): Promise<Uint8Array> =>
  new Promise((resolve, reject) => scrypt(passphrase, salt, length, options, (error, secret) => (error ? reject(error) : resolve(secret))));

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
    database.exec(storeRowsSchema);
    database.exec(packsSchema);
    database.exec("COMMIT");
    return database;
  } catch (error) {
    database.close();
    if (error instanceof Error && /locked|busy/i.test(error.message))
      throw new ClientError("STORE_IN_USE", "another process, or another client of this one, has the store open", error);
    throw error;
  }
}
