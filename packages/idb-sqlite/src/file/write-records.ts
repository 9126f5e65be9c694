import { idbException } from "../errors.ts";
import { decodeKey } from "../keys/decode-key.ts";
import { encodeKey } from "../keys/encode-key.ts";
import { extractIndexKeys, injectKey } from "../keys/key-path.ts";
import type { KeyBounds } from "../keys/key-range.ts";
import { deserializeValue, serializeValue } from "../values/serialize.ts";
import { generateKey, generatorState, type IndexInfo, raiseGenerator, setGeneratorState, type StoreInfo } from "./catalogue.ts";
import { boundsCondition, readValue } from "./select-records.ts";
import type { StoreFile } from "./store-file.ts";

/** A record to store. */
export interface NewRecord {
  /** Missing if the store generates it. */
  readonly key: Uint8Array | undefined;
  readonly value: Uint8Array;
  /** Whether a record of the same key is replaced. */
  readonly overwrites: boolean;
}

/** The indexes that have entries: those that are being made get theirs later, of all records at once. */
function indexesOf(store: StoreInfo): readonly IndexInfo[] {
  return [...store.indexes.values()].filter(({ isFilled }) => isFilled);
}

/** Stores a record, and gives its key. @throws DOMException `ConstraintError`; then nothing has changed. */
export function writeRecord(file: StoreFile, store: StoreInfo, record: NewRecord): Uint8Array {
  if (!store.autoIncrement) return writeKeyed(file, store, record);
  const before = generatorState(file, store);
  try {
    return writeKeyed(file, store, record);
  } catch (error) {
    setGeneratorState(file, store, before);
    throw error;
  }
}

function writeKeyed(file: StoreFile, store: StoreInfo, record: NewRecord): Uint8Array {
  const { key, value } = withKey(file, store, record);
  if (store.indexes.size > 0) replaceEntries(file, store, { key, value, overwrites: record.overwrites });
  const onConflict = record.overwrites ? "UPDATE SET value = excluded.value" : "NOTHING";
  const sql = `INSERT INTO record (store, key, value) VALUES (?, ?, ?) ON CONFLICT (store, key) DO ${onConflict}`;
  if (file.run(sql, store.id, key, value) === 0) throw alreadyThere(store);
  return key;
}

function alreadyThere(store: StoreInfo): DOMException {
  return idbException("ConstraintError", `${store.name} has a record of this key already`);
}

/** Decides the key of a record, and what a generator gives next. */
function withKey(file: StoreFile, store: StoreInfo, { key, value }: NewRecord): { key: Uint8Array; value: Uint8Array } {
  if (key) {
    if (store.autoIncrement) raiseGenerator(file, store, decodeKey(key));
    return { key, value };
  }
  const generated = generateKey(file, store);
  const encoded = encodeKey(generated) ?? new Uint8Array();
  if (typeof store.keyPath !== "string") return { key: encoded, value };
  const clone = deserializeValue(value);
  injectKey(clone, store.keyPath, generated);
  return { key: encoded, value: serializeValue(clone) };
}

/** Makes the entries of indexes for a record that is about to be stored. Checks first: what fails must leave nothing. */
function replaceEntries(file: StoreFile, store: StoreInfo, { key, value, overwrites }: Required<NewRecord> & { key: Uint8Array }): void {
  const before = readValue(file, store, key);
  if (before && !overwrites) throw alreadyThere(store);
  const clone = deserializeValue(value);
  const entries = indexesOf(store).map((index) => ({ index, keys: extractIndexKeys(clone, index.keyPath, index.multiEntry) }));
  for (const { index, keys } of entries) for (const entry of keys) requireUnique(file, index, { entry, primaryKey: key });
  if (before) removeEntries(file, store, { key, value: before });
  for (const { index, keys } of entries) for (const entry of keys) addEntry(file, index, { entry, primaryKey: key });
}

interface Entry {
  readonly entry: Uint8Array;
  readonly primaryKey: Uint8Array;
}

function requireUnique(file: StoreFile, index: IndexInfo, { entry, primaryKey }: Entry): void {
  if (!index.unique) return;
  const other = file.get("SELECT 1 FROM entry WHERE idx = ? AND key = ? AND primary_key <> ? LIMIT 1", index.id, entry, primaryKey);
  if (other) throw idbException("ConstraintError", `the unique index ${index.name} has an entry of this key already`);
}

function addEntry(file: StoreFile, index: IndexInfo, { entry, primaryKey }: Entry): void {
  file.run("INSERT INTO entry (idx, key, primary_key) VALUES (?, ?, ?)", index.id, entry, primaryKey);
}

/** The entries of a record follow from its value, so that nothing has to be kept to find them. */
function removeEntries(file: StoreFile, store: StoreInfo, record: { readonly key: Uint8Array; readonly value: Uint8Array }): void {
  const clone = deserializeValue(record.value);
  for (const index of indexesOf(store))
    for (const entry of extractIndexKeys(clone, index.keyPath, index.multiEntry))
      file.run("DELETE FROM entry WHERE idx = ? AND key = ? AND primary_key = ?", index.id, entry, record.key);
}

/** Records that are looked at at once, so that a large store needs little memory. */
const pageSize = 200;

/** Runs through the records within bounds, a page at a time. */
function* pagesOf(file: StoreFile, store: StoreInfo, bounds: KeyBounds): Generator<{ key: Uint8Array; value: Uint8Array }[], void, void> {
  for (let rest: KeyBounds | undefined = bounds; rest;) {
    const { sql, values } = boundsCondition(rest, "key");
    const rows = file.all(`SELECT key, value FROM record WHERE store = ?${sql} ORDER BY key LIMIT ${pageSize}`, store.id, ...values);
    const page = rows.flatMap(({ key, value }) => (key instanceof Uint8Array && value instanceof Uint8Array ? [{ key, value }] : []));
    yield page;
    const last = page.at(-1);
    rest = last && page.length === pageSize ? { ...rest, lowerKey: last.key, lowerOpen: true } : undefined;
  }
}

/** Deletes the records within bounds. */
export function deleteRecords(file: StoreFile, store: StoreInfo, bounds: KeyBounds): void {
  const { sql, values } = boundsCondition(bounds, "key");
  if (store.indexes.size > 0 && values.length > 0)
    for (const page of pagesOf(file, store, bounds)) for (const record of page) removeEntries(file, store, record);
  else for (const index of store.indexes.values()) file.run("DELETE FROM entry WHERE idx = ?", index.id);
  file.run(`DELETE FROM record WHERE store = ?${sql}`, store.id, ...values);
}

/** Makes the entries of a new index for all records. @throws DOMException `ConstraintError`. */
export function fillIndex(file: StoreFile, store: StoreInfo, index: IndexInfo): void {
  const everything: KeyBounds = { lowerKey: undefined, upperKey: undefined, lowerOpen: true, upperOpen: true };
  for (const page of pagesOf(file, store, everything))
    for (const { key, value } of page)
      for (const entry of extractIndexKeys(deserializeValue(value), index.keyPath, index.multiEntry)) {
        requireUnique(file, index, { entry, primaryKey: key });
        addEntry(file, index, { entry, primaryKey: key });
      }
  index.isFilled = true;
}
