import { idbException } from "../errors.ts";
import type { KeyPath } from "../keys/key-path.ts";
import type { SqlRow, StoreFile } from "./store-file.ts";

/** What is known of an index. */
export interface IndexInfo {
  readonly id: number;
  name: string;
  readonly keyPath: KeyPath;
  readonly unique: boolean;
  readonly multiEntry: boolean;
  isDeleted: boolean;
  /** Whether it has the entries of the records that there were before it. */
  isFilled: boolean;
}

/** What is known of an object store. Shared by all that use the store. */
export interface StoreInfo {
  readonly id: number;
  name: string;
  readonly keyPath: KeyPath | null;
  readonly autoIncrement: boolean;
  indexes: Map<string, IndexInfo>;
  isDeleted: boolean;
}

/** What is known of a database. Version 0 means that there is none. */
export interface DatabaseInfo {
  readonly name: string;
  readonly version: number;
  readonly stores: ReadonlyMap<string, StoreInfo>;
}

const text = (row: SqlRow, name: string): string => String(row[name]);

// Names are kept as JSON, which keeps lone surrogates too.
const encodeName = (name: string): string => JSON.stringify(name);

function decodeName(stored: string): string {
  return JSON.parse(stored) as string;
}

/** Reads what a file knows of a database. */
export function readDatabase(file: StoreFile, name: string): DatabaseInfo {
  const found = file.get("SELECT id, version FROM database WHERE name = ?", encodeName(name));
  if (!found) return { name, version: 0, stores: new Map() };
  const rows = file.all("SELECT id, name, key_path, auto_increment FROM store WHERE database = ?", Number(found["id"]));
  const stores = rows.map((row): StoreInfo => ({
    id: Number(row["id"]),
    name: decodeName(text(row, "name")),
    // Written by `addStore`.
    keyPath: JSON.parse(text(row, "key_path")) as KeyPath | null,
    autoIncrement: row["auto_increment"] === 1,
    indexes: readIndexes(file, Number(row["id"])),
    isDeleted: false,
  }));
  return { name, version: Number(found["version"]), stores: new Map(stores.map((store) => [store.name, store])) };
}

function readIndexes(file: StoreFile, storeId: number): Map<string, IndexInfo> {
  const rows = file.all("SELECT id, name, key_path, is_unique, multi_entry FROM idx WHERE store = ?", storeId);
  const indexes = rows.map((row): IndexInfo => ({
    id: Number(row["id"]),
    name: decodeName(text(row, "name")),
    // Written by `addIndex`.
    keyPath: JSON.parse(text(row, "key_path")) as KeyPath,
    unique: row["is_unique"] === 1,
    multiEntry: row["multi_entry"] === 1,
    isDeleted: false,
    isFilled: true,
  }));
  return new Map(indexes.map((index) => [index.name, index]));
}

/** Name and version of each database of a file. */
export function listDatabases(file: StoreFile): { name: string; version: number }[] {
  const rows = file.all("SELECT name, version FROM database ORDER BY id");
  return rows.map((row) => ({ name: decodeName(text(row, "name")), version: Number(row["version"]) }));
}

/** Sets the version of a database, which is made if it is missing. */
export function setVersion(file: StoreFile, name: string, version: number): void {
  const sql = "INSERT INTO database (name, version) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET version = excluded.version";
  file.run(sql, encodeName(name), version);
}

/** Forgets a database with all that is in it. */
export function removeDatabase(file: StoreFile, { name, stores }: DatabaseInfo): void {
  for (const store of stores.values()) removeStore(file, store);
  file.run("DELETE FROM database WHERE name = ?", encodeName(name));
}

/** Adds an object store to a database. */
export function addStore(file: StoreFile, database: string, given: Pick<StoreInfo, "name" | "keyPath" | "autoIncrement">): StoreInfo {
  const { name, keyPath, autoIncrement } = given;
  const row = file.get(
    `INSERT INTO store (database, name, key_path, auto_increment)
     VALUES ((SELECT id FROM database WHERE name = ?), ?, ?, ?) RETURNING id`,
    encodeName(database),
    encodeName(name),
    JSON.stringify(keyPath),
    Number(autoIncrement),
  );
  return { ...given, id: idOf(row), indexes: new Map(), isDeleted: false };
}

/** Forgets an object store with its records and indexes. */
export function removeStore(file: StoreFile, store: StoreInfo): void {
  for (const index of store.indexes.values()) removeIndex(file, index);
  file.run("DELETE FROM record WHERE store = ?", store.id);
  file.run("DELETE FROM store WHERE id = ?", store.id);
}

/** Gives an object store another name. */
export function renameStore(file: StoreFile, store: StoreInfo, name: string): void {
  file.run("UPDATE store SET name = ? WHERE id = ?", encodeName(name), store.id);
  store.name = name;
}

/** Adds an index to an object store, without its entries. */
export function addIndex(file: StoreFile, store: StoreInfo, given: Omit<IndexInfo, "id" | "isDeleted" | "isFilled">): IndexInfo {
  const row = file.get(
    "INSERT INTO idx (store, name, key_path, is_unique, multi_entry) VALUES (?, ?, ?, ?, ?) RETURNING id",
    store.id,
    encodeName(given.name),
    JSON.stringify(given.keyPath),
    Number(given.unique),
    Number(given.multiEntry),
  );
  return { ...given, id: idOf(row), isDeleted: false, isFilled: false };
}

/** Forgets an index with its entries. */
export function removeIndex(file: StoreFile, index: IndexInfo): void {
  file.run("DELETE FROM entry WHERE idx = ?", index.id);
  file.run("DELETE FROM idx WHERE id = ?", index.id);
}

/** Gives an index another name. */
export function renameIndex(file: StoreFile, index: IndexInfo, name: string): void {
  file.run("UPDATE idx SET name = ? WHERE id = ?", encodeName(name), index.id);
  index.name = name;
}

function idOf(row: SqlRow | undefined): number {
  return Number(row?.["id"]);
}

/** The largest key that a generator gives. */
const maxGeneratedKey = 2 ** 53;

/** What the generator of a store gives next. */
export function generatorState(file: StoreFile, store: StoreInfo): number {
  return Number(file.get("SELECT next_key FROM store WHERE id = ?", store.id)?.["next_key"]);
}

/** Sets what the generator of a store gives next. */
export function setGeneratorState(file: StoreFile, store: StoreInfo, next: number): void {
  file.run("UPDATE store SET next_key = ? WHERE id = ?", next, store.id);
}

/** Gives the next key of a store's generator. @throws DOMException `ConstraintError` if there is none left. */
export function generateKey(file: StoreFile, store: StoreInfo): number {
  const key = generatorState(file, store);
  if (key > maxGeneratedKey) throw idbException("ConstraintError", `the keys of ${store.name} are used up`);
  setGeneratorState(file, store, after(key));
  return key;
}

/** Lets the generator of a store go on after a key that was given. */
export function raiseGenerator(file: StoreFile, store: StoreInfo, key: unknown): void {
  if (typeof key !== "number") return;
  const next = after(Math.floor(Math.min(key, maxGeneratedKey)));
  if (next > generatorState(file, store)) setGeneratorState(file, store, next);
}

/** Above 2^53 a number has no next one: what stands for "used up" is 2^53 + 2. */
function after(key: number): number {
  return key === maxGeneratedKey ? maxGeneratedKey + 2 : key + 1;
}
