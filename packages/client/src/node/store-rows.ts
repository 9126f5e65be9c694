import type { DatabaseSync, StatementSync } from "node:sqlite";
import { plainCoding, type ValueCoding } from "../stores/value-coding.ts";

/** The rows of a store in a database. Whoever writes opens and ends the transaction. */
export interface StoreRows {
  get(table: string, key: string): unknown;
  all(table: string): ReadonlyMap<string, unknown>;
  /** @param text - JSON. */
  put(table: string, key: string, text: string): void;
  remove(table: string, key: string): void;
  /** Many rows follow, until {@link StoreRows.end}. */
  begin(): void;
  end(): void;
  /** What follows is rolled back. */
  abandon(): void;
}

/** The table of {@link StoreRows}, which is made if it is missing. */
export const storeRowsSchema =
  "CREATE TABLE IF NOT EXISTS entry (tbl TEXT, key TEXT, value BLOB NOT NULL, PRIMARY KEY (tbl, key)) STRICT, WITHOUT ROWID";

/** Each value in a row of its own. */
export class SingleRows implements StoreRows {
  readonly #coding: ValueCoding;
  readonly #select: StatementSync;
  readonly #selectAll: StatementSync;
  readonly #put: StatementSync;
  readonly #remove: StatementSync;

  constructor(database: DatabaseSync, coding: ValueCoding) {
    this.#coding = coding;
    this.#select = database.prepare("SELECT value FROM entry WHERE tbl = ? AND key = ?");
    // What is shorter than any value is a reference.
    this.#selectAll = database.prepare("SELECT key, value FROM entry WHERE tbl = ? AND length(value) > ? ORDER BY key");
    this.#put = database.prepare("INSERT OR REPLACE INTO entry (tbl, key, value) VALUES (?, ?, ?)");
    this.#remove = database.prepare("DELETE FROM entry WHERE tbl = ? AND key = ?");
  }

  /** What is kept for a key, as it is kept. */
  bytes(table: string, encodedKey: string): Uint8Array | undefined {
    const value = this.#select.get(table, encodedKey)?.["value"];
    return value instanceof Uint8Array ? value : undefined;
  }

  get(table: string, key: string): unknown {
    const encodedKey = this.#coding.encodeKey(table, key);
    const bytes = this.bytes(table, encodedKey);
    return bytes && JSON.parse(this.#coding.decode(table, encodedKey, bytes).text);
  }

  /** @param longerThan - Values of at most so many bytes are left out. */
  all(table: string, longerThan = 0): Map<string, unknown> {
    const found = new Map<string, unknown>();
    for (const { key, value } of this.#selectAll.iterate(table, longerThan)) {
      if (typeof key !== "string" || !(value instanceof Uint8Array)) continue;
      const entry = this.#coding.decode(table, key, value);
      found.set(entry.key, JSON.parse(entry.text));
    }
    return found;
  }

  put(table: string, key: string, text: string): void {
    const encoded = this.#coding.encode(table, key, text);
    this.putBytes(table, encoded.key, encoded.bytes);
  }

  /** Keeps what is encoded already. */
  putBytes(table: string, encodedKey: string, bytes: Uint8Array): void {
    this.#put.run(table, encodedKey, bytes);
  }

  remove(table: string, key: string): void {
    this.removeEncoded(table, this.#coding.encodeKey(table, key));
  }

  /** As {@link SingleRows.remove}. */
  removeEncoded(table: string, encodedKey: string): void {
    this.#remove.run(table, encodedKey);
  }

  begin(): void {}

  end(): void {}

  abandon(): void {}
}

/** {@link SingleRows} of a store that is readable as it is. */
export class PlainRows extends SingleRows {
  readonly #selectTexts: StatementSync;

  constructor(database: DatabaseSync) {
    super(database, plainCoding);
    this.#selectTexts = database.prepare("SELECT key, CAST(value AS TEXT) AS text FROM entry WHERE tbl = ? ORDER BY key");
  }

  /** A table may have 100,000 rows: SQLite makes texts of them faster than bytes, which then have to be decoded. */
  override all(table: string): Map<string, unknown> {
    const found = new Map<string, unknown>();
    for (const { key, text } of this.#selectTexts.iterate(table))
      if (typeof key === "string" && typeof text === "string") found.set(key, JSON.parse(text));
    return found;
  }
}
