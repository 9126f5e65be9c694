/** The kinds of things that a client keeps. */
export type StoreTable = "session" | "sync" | "account-data" | "rooms" | "state" | "outbox" | "undecrypted" | "timeline" | "receipts";

/** Every {@link StoreTable}. */
export const storeTables: readonly StoreTable[] = [
  "session",
  "sync",
  "account-data",
  "rooms",
  "state",
  "outbox",
  "undecrypted",
  "timeline",
  "receipts",
];

/** What sync has told, and tells again to whoever begins anew. */
export const syncedTables: readonly StoreTable[] = ["sync", "account-data", "rooms", "state", "timeline", "receipts"];

/** One change: the value to keep at a key, or `undefined` to forget it. */
export interface StoreChange<Table extends string = StoreTable> {
  readonly table: Table;
  readonly key: string;
  /** Any JSON value. */
  readonly value: unknown;
}

/**
 * Where one account's client keeps its session, its sync position, its rooms and what it has yet to send: tables of
 * JSON values by key. A store belongs to one client at a time. Other programs keep tables of their own in one.
 */
export interface Store<Table extends string = StoreTable> extends AsyncDisposable {
  /** The kind of store, for messages: `memory`, `sqlite`, … */
  readonly kind: string;
  /** Reads one value; `undefined` if there is none. */
  get(table: Table, key: string): Promise<unknown>;
  /** Reads a whole table. */
  all(table: Table): Promise<ReadonlyMap<string, unknown>>;
  /** Makes all the changes, in order, or none; they are durable once it resolves. */
  write(changes: readonly StoreChange<Table>[]): Promise<void>;
  /** Where the keys of encryption are kept. Without it they are kept in memory, and lost with it. */
  readonly keys?: KeyStore | undefined;
}

/** Keeps the keys of devices, in databases of the global `indexedDB`. */
export interface KeyStore {
  /** Makes the databases whose names begin with a device's name available. @throws {ClientError} `STORE_IN_USE`, `UNSUPPORTED_PLATFORM`. */
  open(name: string): Promise<OpenKeyStore>;
  /** Deletes the databases of a device, which are not open. @throws {ClientError} As `open`, and what deleting fails with. */
  remove(name: string): Promise<void>;
}

/** The keys of one device. */
export interface OpenKeyStore {
  /** What the names of its databases begin with. */
  readonly name: string;
  /** Encrypts what is kept. */
  readonly passphrase: string | undefined;
  /** Ends its use. */
  close(): Promise<void>;
}

/** Forgets everything in the given tables. */
export async function clearTables(store: Store, tables: readonly StoreTable[]): Promise<void> {
  const changes: StoreChange[] = [];
  for (const table of tables) for (const key of (await store.all(table)).keys()) changes.push({ table, key, value: undefined });
  if (changes.length > 0) await store.write(changes);
}
