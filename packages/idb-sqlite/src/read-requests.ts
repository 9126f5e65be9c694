import { type RecordSource, type Selection, countRecords, type FoundRecord, selectRecords } from "./file/select-records.ts";
import { readDirection } from "./cursor.ts";
import { decodeKey } from "./keys/decode-key.ts";
import { encodeKey } from "./keys/encode-key.ts";
import { type KeyBounds, readQuery, requireQuery, SqliteKeyRange } from "./keys/key-range.ts";
import { SqliteRequest } from "./request.ts";
import type { SqliteTransaction } from "./transaction.ts";
import { deserializeValue } from "./values/serialize.ts";
import { toInteger } from "./web-idl.ts";

/** Which parts of records a request gives. */
type Part = "key" | "primaryKey" | "value" | "record";

/** A record as `getAllRecords` gives it. */
export interface SqliteRecord {
  readonly key: IDBValidKey;
  readonly primaryKey: IDBValidKey;
  readonly value: unknown;
}

/** What object stores and indexes have in common: reading. */
export class ReadRequests {
  readonly #source: IDBObjectStore | IDBIndex;
  readonly #transaction: SqliteTransaction;
  readonly #records: RecordSource;

  constructor(source: IDBObjectStore | IDBIndex, transaction: SqliteTransaction, records: RecordSource) {
    this.#source = source;
    this.#transaction = transaction;
    this.#records = records;
  }

  /** The first record that matches. @throws DOMException `DataError`. */
  first(query: unknown, part: Part): SqliteRequest<never> {
    const bounds = requireQuery(query);
    return this.#request(() => this.#select({ bounds, direction: "next", limit: 1, withValues: part === "value" }, part)[0]);
  }

  /** All records that match. The query may be options, as in version 3 of IndexedDB. @throws DOMException `DataError`; TypeError. */
  all(query: unknown, count: unknown, part: Part): SqliteRequest<never> {
    const wanted = readOptions(query) ?? { query, count, direction: "next" };
    const bounds: KeyBounds = readQuery(wanted.query);
    const limit = readCount(wanted.count);
    const direction = readDirection(wanted.direction);
    const withValues = part === "value" || part === "record";
    return this.#request(() => this.#select({ bounds, direction, limit, withValues }, part));
  }

  count(query: unknown): SqliteRequest<number> {
    const bounds = readQuery(query);
    return this.#request(() => countRecords(this.#transaction.file, this.#records, bounds));
  }

  #request<T>(operation: () => unknown): SqliteRequest<T> {
    return this.#transaction.run(new SqliteRequest<T>(this.#source), operation);
  }

  #select(selection: Selection, part: Part): unknown[] {
    return selectRecords(this.#transaction.file, this.#records, selection).map((record) => partOf(record, part));
  }
}

function partOf(record: FoundRecord, part: Part): unknown {
  if (part === "value") return deserializeValue(record.value);
  if (part !== "record") return decodeKey(record[part]);
  return { key: decodeKey(record.key), primaryKey: decodeKey(record.primaryKey), value: deserializeValue(record.value) };
}

interface Options {
  readonly query?: unknown;
  readonly count?: unknown;
  readonly direction?: unknown;
}

/** Whether a query is meant as options: an object that is no range and no key. */
function readOptions(query: unknown): Options | undefined {
  const isOptions = typeof query === "object" && query !== null && !(query instanceof SqliteKeyRange) && !Array.isArray(query);
  return isOptions && encodeKey(query) === undefined && !(query instanceof Date) && !ArrayBuffer.isView(query) ? query : undefined;
}

/** Reads a bound on how many; `-1` for none. */
function readCount(given: unknown): number {
  if (given === undefined) return -1;
  const count = toInteger(given);
  if (!(count >= 0 && count <= 0xffff_ffff)) throw new TypeError("the count is no number from 0 to 2^32 - 1");
  return count === 0 ? -1 : count;
}
