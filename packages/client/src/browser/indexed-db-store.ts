import { KeyedQueue } from "@patrix/concurrency";
import { ClientError } from "../errors.ts";
import { Slices } from "../slices.ts";
import { deleteDatabases } from "../stores/delete-databases.ts";
import type { KeyStore, Store, StoreChange, StoreTable } from "../stores/store.ts";
import { Database, settled } from "./database.ts";
import { type StoreLock, takeStoreLock } from "./store-lock.ts";
import { checkProbe, newSalt, plainCoding, probeOf, requireSameKind, type ValueCoding } from "../stores/value-coding.ts";

/** Options of {@link indexedDBStore}. */
export interface IndexedDBStoreOptions {
  /** Encrypts everything in the store. Without one, the access token is there to be read by whoever can read the profile of the browser. */
  passphrase?: string | undefined;
  /** What the first use does while another tab has the store: it fails with `STORE_IN_USE`, or waits until that tab is closed. Default: `fail`. */
  whenInUse?: "fail" | "wait" | undefined;
  /** Is told when the data is gone under the client: the browser took the space, the user deleted it, or another tab has taken the store. */
  onLost?: ((error: ClientError) => void) | undefined;
}

/** Rows that are read at once. */
const pageRows = 1000;

/**
 * Keeps everything in IndexedDB, and the keys of encryption in databases beside it whose names begin with the store's. It belongs to one tab at a
 * time. The database is opened when the store is first used; give each account a name of its own.
 *
 * @throws {ClientError} On use: `STORE_IN_USE`, `WRONG_PASSPHRASE`; `UNSUPPORTED_PLATFORM` without IndexedDB or, as in pages over plain HTTP, Web Locks;
 * `STORAGE_FULL`, which leaves everything as it was; `STORE_LOST` once the data is gone; after it was disposed of: `STOPPED`.
 * @example
 * const client = await createClient("example.org", { store: indexedDBStore(), encryption: true });
 */
export function indexedDBStore(name = "patrix", { passphrase, whenInUse = "fail", onLost }: IndexedDBStoreOptions = {}): Store {
  const closing = new AbortController();
  let opened: Promise<OpenStore> | undefined;
  const open = (): Promise<OpenStore> => {
    if (closing.signal.aborted) throw new ClientError("STOPPED", "the store is closed");
    opened ??= OpenStore.open(name, { passphrase, waits: whenInUse === "wait", signal: closing.signal, onLost }).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
  return {
    kind: "indexeddb",
    keys: browserKeys(name, { passphrase, open }),
    get: async (table, key) => (await open()).get(table, key),
    all: async (table) => (await open()).all(table),
    write: async (changes) => (await open()).write(changes),
    async [Symbol.asyncDispose]() {
      const open = opened;
      closing.abort();
      await (await open?.catch(() => {}))?.close();
    },
  };
}

/** Where the keys of devices are: in databases of the browser, which are used under the lock of the store. */
function browserKeys(
  name: string,
  { passphrase, open }: { readonly passphrase: string | undefined; open: () => Promise<unknown> },
): KeyStore {
  return {
    async open(device) {
      await open();
      return { name: `${name}/${device}`, passphrase, async close() {} };
    },
    async remove(device) {
      await open();
      await deleteDatabases(globalThis.indexedDB, `${name}/${device}::`);
    },
  };
}

interface OpenOptions {
  readonly passphrase: string | undefined;
  readonly waits: boolean;
  readonly signal: AbortSignal;
  readonly onLost: IndexedDBStoreOptions["onLost"];
}

class OpenStore {
  readonly #database: Database;
  readonly #coding: ValueCoding;
  readonly #lock: StoreLock;
  readonly #writes = new KeyedQueue<"write">();

  private constructor(database: Database, coding: ValueCoding, lock: StoreLock) {
    this.#database = database;
    this.#coding = coding;
    this.#lock = lock;
  }

  static async open(name: string, { passphrase, waits, signal, onLost = () => {} }: OpenOptions): Promise<OpenStore> {
    const lock = await takeStoreLock(name, { waits, signal });
    let database: Database | undefined;
    try {
      database = await Database.open(name, onLost);
      const opened = database;
      lock.ended.catch(() => opened.lose("another tab has taken the store"));
      return new OpenStore(database, await chooseCoding(database, passphrase), lock);
    } catch (error) {
      database?.close();
      lock.release();
      throw error;
    }
  }

  async get(table: StoreTable, key: string): Promise<unknown> {
    await this.#written();
    const encodedKey = this.#coding.encodeKey(table, key);
    const stored = await this.#database.transact("readonly", "entries", (entries) => settled<unknown>(entries.get([table, encodedKey])));
    return stored instanceof Uint8Array ? JSON.parse(this.#coding.decode(table, encodedKey, stored).text) : undefined;
  }

  async all(table: StoreTable): Promise<ReadonlyMap<string, unknown>> {
    await this.#written();
    const found = new Map<string, unknown>();
    await this.#database.transact("readonly", "entries", (entries) =>
      readPages(entries, table, (encodedKey, stored) => {
        const { key, text } = this.#coding.decode(table, encodedKey, stored);
        found.set(key, JSON.parse(text));
      }),
    );
    return found;
  }

  async write(changes: readonly StoreChange[]): Promise<void> {
    await this.#writes.run("write", async () => {
      // Everything is encoded before anything is written: a value that is no JSON leaves the store as it was, and a transaction waits for nothing else.
      const rows: { readonly place: [string, string]; readonly bytes: Uint8Array | undefined }[] = [];
      const slices = new Slices();
      for (const { table, key, value } of changes) {
        if (slices.isOver) await slices.next();
        if (value === undefined) rows.push({ place: [table, this.#coding.encodeKey(table, key)], bytes: undefined });
        else {
          const encoded = this.#coding.encode(table, key, JSON.stringify(value));
          rows.push({ place: [table, encoded.key], bytes: encoded.bytes });
        }
      }
      await this.#database.transact("readwrite", "entries", (entries) => {
        for (const { place, bytes } of rows) void (bytes === undefined ? entries.delete(place) : entries.put(bytes, place));
      });
    });
  }

  /** Waits for the writes that were asked for before. */
  async #written(): Promise<void> {
    if (this.#writes.size > 0) await this.#writes.run("write", async () => {});
  }

  async close(): Promise<void> {
    await this.#written();
    this.#database.close();
    this.#lock.release();
  }
}

/** Reads keys and values of a table within one transaction. */
async function readPages(entries: IDBObjectStore, table: StoreTable, onRow: (key: string, stored: Uint8Array) => void): Promise<void> {
  // Lists come after all other keys.
  const end = [table, []];
  for (let range = IDBKeyRange.bound([table], end); ;) {
    const [keys, values] = await Promise.all([
      settled(entries.getAllKeys(range, pageRows)),
      settled<unknown[]>(entries.getAll(range, pageRows)),
    ]);
    const last = keys.at(-1);
    if (last === undefined) return;
    range = IDBKeyRange.bound(last, end, true);
    for (const [at, key] of keys.entries()) {
      const [name, stored]: readonly unknown[] = [Array.isArray(key) ? key[1] : undefined, values[at]];
      if (typeof name === "string" && stored instanceof Uint8Array) onRow(name, stored);
    }
    if (keys.length < pageRows) return;
  }
}

/** Reads how a database is encoded, or decides it for a new one. */
async function chooseCoding(database: Database, passphrase: string | undefined): Promise<ValueCoding> {
  const codingBy = async (salt: Uint8Array): Promise<ValueCoding> => (passphrase === undefined ? plainCoding : sealedBy(passphrase, salt));
  const [kept, probe] = await database.transact("readonly", "meta", (meta) =>
    Promise.all([settled<unknown>(meta.get("salt")), settled<unknown>(meta.get("probe"))]),
  );
  if (probe instanceof Uint8Array) {
    const salt = kept instanceof Uint8Array ? kept : undefined;
    requireSameKind({ hasSalt: salt !== undefined }, passphrase);
    const coding = salt ? await codingBy(salt) : plainCoding;
    checkProbe(coding, probe);
    return coding;
  }
  const salt = newSalt();
  const coding = await codingBy(salt);
  await database.transact("readwrite", "meta", (meta) => {
    if (passphrase !== undefined) meta.put(salt, "salt");
    meta.put(probeOf(coding), "probe");
  });
  return coding;
}

/** Pages that have no passphrase do not load the cipher. */
async function sealedBy(passphrase: string, salt: Uint8Array): Promise<ValueCoding> {
  const [{ scryptCost, sealedCoding, secretBytes }, { scryptAsync }] = await Promise.all([
    import("../stores/sealed-coding.ts"),
    import("@noble/hashes/scrypt.js"),
  ]);
  return sealedCoding(await scryptAsync(passphrase, salt, { ...scryptCost, dkLen: secretBytes }));
}
