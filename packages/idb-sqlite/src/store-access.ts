import { idbException } from "./errors.ts";
import type { IndexInfo, StoreInfo } from "./file/catalogue.ts";
import { deleteRecords, writeRecord } from "./file/write-records.ts";
import { decodeKey } from "./keys/decode-key.ts";
import { canInjectKey, extractKey } from "./keys/key-path.ts";
import { type KeyBounds, requireKey } from "./keys/key-range.ts";
import { SqliteRequest } from "./request.ts";
import type { SqliteTransaction } from "./transaction.ts";
import { deserializeValue, serializeValue } from "./values/serialize.ts";

/** What handles of stores, indexes and cursors work with. */
export interface StoreAccess {
  readonly transaction: SqliteTransaction;
  readonly info: StoreInfo;
}

/** @throws DOMException `InvalidStateError` if the store or the index is deleted, `TransactionInactiveError`. */
export function requireUsable({ transaction, info }: StoreAccess, index?: IndexInfo): void {
  if (info.isDeleted || index?.isDeleted === true) throw idbException("InvalidStateError", "the object store or index was deleted");
  transaction.requireActive();
}

/** @throws DOMException As {@link requireUsable}, and `ReadOnlyError`. */
export function requireWritable(access: StoreAccess, index?: IndexInfo): void {
  requireUsable(access, index);
  access.transaction.requireWritable();
}

/** A value to store. */
export interface Write {
  readonly value: unknown;
  /** The key that the caller gives; `undefined` if there is none. */
  readonly key: unknown;
  readonly overwrites: boolean;
  readonly source: IDBObjectStore | IDBCursor;
}

/** Makes the request that stores a value. @throws DOMException `DataError`, `DataCloneError`, and as {@link requireWritable}. */
export function requestWrite(access: StoreAccess, { value, key, overwrites, source }: Write): SqliteRequest<IDBValidKey> {
  const { transaction, info } = access;
  const { keyPath, autoIncrement } = info;
  if (keyPath !== null && key !== undefined) throw idbException("DataError", `the keys of ${info.name} are in its values`);
  if (keyPath === null && !autoIncrement && key === undefined) throw idbException("DataError", `${info.name} needs a key`);
  let encoded = key === undefined ? undefined : requireKey(key);
  const bytes = transaction.whileInactive(() => serializeValue(value));
  transaction.requireActive();
  if (keyPath !== null) encoded = keyInValue(info, deserializeValue(bytes));
  return transaction.run(
    new SqliteRequest<IDBValidKey>(source),
    () => decodeKey(writeRecord(transaction.file, info, { key: encoded, value: bytes, overwrites })),
    true,
  );
}

/** The key in a clone; `undefined` if it is to be generated. */
export function keyInValue({ name, keyPath, autoIncrement }: StoreInfo, clone: unknown): Uint8Array | undefined {
  const found = extractKey(clone, keyPath ?? "");
  if (found === null) throw idbException("DataError", `the key in the value for ${name} is not valid`);
  if (found) return found;
  if (!autoIncrement) throw idbException("DataError", `the value for ${name} has no key`);
  if (typeof keyPath !== "string" || !canInjectKey(clone, keyPath))
    throw idbException("DataError", `a generated key cannot be put into the value for ${name}`);
  return undefined;
}

/** Makes the request that deletes records. */
export function requestDelete(access: StoreAccess, bounds: KeyBounds, source: IDBObjectStore | IDBCursor): SqliteRequest<undefined> {
  const { transaction, info } = access;
  return transaction.run(new SqliteRequest<undefined>(source), () => deleteRecords(transaction.file, info, bounds), true);
}
