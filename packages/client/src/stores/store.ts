/** The kinds of things that a client keeps. */
export type StoreTable = "session" | "sync" | "account-data" | "rooms" | "state" | "outbox";

/** Every {@link StoreTable}. */
export const storeTables: readonly StoreTable[] = ["session", "sync", "account-data", "rooms", "state", "outbox"];

/** One change: the value to keep at a key, or `undefined` to forget it. */
export interface StoreChange {
  readonly table: StoreTable;
  readonly key: string;
  /** Any JSON value. */
  readonly value: unknown;
}

/**
 * Where one account's client keeps its session, its sync position, its rooms and what it has yet to send: tables of
 * JSON values by key. A store belongs to one client at a time.
 */
export interface Store extends AsyncDisposable {
  /** The kind of store, for messages: `memory`, `sqlite`, … */
  readonly kind: string;
  /** Reads one value; `undefined` if there is none. */
  get(table: StoreTable, key: string): Promise<unknown>;
  /** Reads a whole table. */
  all(table: StoreTable): Promise<ReadonlyMap<string, unknown>>;
  /** Makes all the changes, in order, or none; they are durable once it resolves. */
  write(changes: readonly StoreChange[]): Promise<void>;
}

/** Forgets everything in the given tables. */
export async function clearTables(store: Store, tables: readonly StoreTable[]): Promise<void> {
  const changes: StoreChange[] = [];
  for (const table of tables) for (const key of (await store.all(table)).keys()) changes.push({ table, key, value: undefined });
  if (changes.length > 0) await store.write(changes);
}
