import type { KeyBounds } from "../keys/key-range.ts";
import type { IndexInfo, StoreInfo } from "./catalogue.ts";
import type { SqlValue, StoreFile } from "./store-file.ts";

/** Where records are read: an object store, by one of its indexes or by its own keys. */
export interface RecordSource {
  readonly store: StoreInfo;
  readonly index: IndexInfo | undefined;
}

/** A further bound on where a selection begins. */
export interface Start {
  readonly key: Uint8Array;
  /** With it, records of the same key are compared by their primary key. */
  readonly primaryKey?: Uint8Array | undefined;
  readonly inclusive: boolean;
}

/** Which records are wanted, and in which order. */
export interface Selection {
  readonly bounds: KeyBounds;
  readonly direction: IDBCursorDirection;
  /** All of them have to hold. */
  readonly starts?: readonly Start[] | undefined;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  /** Whether the values are read too. */
  readonly withValues: boolean;
}

/** A record as it lies in the file. */
export interface FoundRecord {
  readonly key: Uint8Array;
  readonly primaryKey: Uint8Array;
  /** Empty if it was not asked for. */
  readonly value: Uint8Array;
}

interface Condition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** The condition that keys are within bounds. */
export function boundsCondition({ lowerKey, upperKey, lowerOpen, upperOpen }: KeyBounds, column: string): Condition {
  const lower = lowerKey ? ` AND ${column} ${lowerOpen ? ">" : ">="} ?` : "";
  const upper = upperKey ? ` AND ${column} ${upperOpen ? "<" : "<="} ?` : "";
  return { sql: lower + upper, values: [lowerKey, upperKey].filter((key) => key !== undefined) };
}

function startCondition({ key, primaryKey, inclusive }: Start, isReverse: boolean): Condition {
  const operator = `${isReverse ? "<" : ">"}${inclusive ? "=" : ""}`;
  if (primaryKey) return { sql: ` AND (key, primary_key) ${operator} (?, ?)`, values: [key, primaryKey] };
  return { sql: ` AND key ${operator} ?`, values: [key] };
}

/** Reads records in order. */
export function selectRecords(file: StoreFile, { store, index }: RecordSource, selection: Selection): FoundRecord[] {
  const { bounds, direction, starts = [], limit = -1, offset = 0, withValues } = selection;
  const isReverse = direction.startsWith("prev");
  const conditions = [boundsCondition(bounds, "key"), ...starts.map((start) => startCondition(start, isReverse))];
  const where = conditions.map(({ sql }) => sql).join("");
  const values = conditions.flatMap((condition) => condition.values);
  const order = isReverse ? "DESC" : "ASC";
  if (!index) {
    const columns = withValues ? "key, value" : "key";
    const sql = `SELECT ${columns} FROM record WHERE store = ?${where} ORDER BY key ${order} LIMIT ? OFFSET ?`;
    const rows = file.all(sql, store.id, ...values, limit, offset);
    return rows.map((row) => found(row["key"], row["key"], row["value"]));
  }
  const isUnique = direction.endsWith("unique");
  // Of the records with one key, those directions give the one with the lowest primary key, whichever way they go.
  const entries = isUnique
    ? `SELECT key, min(primary_key) AS primary_key FROM entry WHERE idx = ?${where} GROUP BY key ORDER BY key ${order} LIMIT ? OFFSET ?`
    : `SELECT key, primary_key FROM entry WHERE idx = ?${where} ORDER BY key ${order}, primary_key ${order} LIMIT ? OFFSET ?`;
  const rows = file.all(entries, index.id, ...values, limit, offset);
  return rows.map(({ key, primary_key: primaryKey }) => {
    const value = withValues && primaryKey instanceof Uint8Array ? readValue(file, store, primaryKey) : undefined;
    return found(key, primaryKey, value);
  });
}

const nothing = new Uint8Array();

function found(key: unknown, primaryKey: unknown, value: unknown): FoundRecord {
  const bytes = (column: unknown): Uint8Array => (column instanceof Uint8Array ? column : nothing);
  return { key: bytes(key), primaryKey: bytes(primaryKey), value: bytes(value) };
}

/** Reads the value of one record. */
export function readValue(file: StoreFile, store: StoreInfo, key: Uint8Array): Uint8Array | undefined {
  const value = file.get("SELECT value FROM record WHERE store = ? AND key = ?", store.id, key)?.["value"];
  return value instanceof Uint8Array ? value : undefined;
}

/** Counts records. */
export function countRecords(file: StoreFile, { store, index }: RecordSource, bounds: KeyBounds): number {
  const { sql, values } = boundsCondition(bounds, "key");
  const from = index ? "entry WHERE idx" : "record WHERE store";
  return Number(file.get(`SELECT count(*) AS n FROM ${from} = ?${sql}`, index?.id ?? store.id, ...values)?.["n"]);
}
