import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { SealedCoding } from "../stores/sealed-coding.ts";
import { SingleRows, type StoreRows } from "./store-rows.ts";

/** The table of packs, which is made if it is missing: how many rows each has, and how many of them are still the latest for their keys. */
export const packsSchema =
  "CREATE TABLE IF NOT EXISTS pack (id INTEGER PRIMARY KEY, tbl TEXT NOT NULL, size INTEGER NOT NULL, live INTEGER NOT NULL, value BLOB NOT NULL) STRICT";

/** Characters of values from which on a pack gets no more rows. */
const packSize = 32 * 1024;
/** Bytes of what stands in place of a value that is in a pack; no sealed value is as short. */
const referenceBytes = 8;
/** A pack of which less than one row in so many is live is taken apart. */
const minLive = 4;

/** A row of a pack. */
type PackedRow = readonly [encodedKey: string, key: string, value: unknown];

interface Pack {
  readonly id: number;
  readonly isWhole: boolean;
  readonly rows: readonly PackedRow[];
}

/**
 * The rows of a store that is sealed. Sealing takes about as long for one row as for fifty: rows that are written together are sealed together,
 * in packs. The row of each key says in which, until the key gets another value.
 */
export class PackedRows implements StoreRows {
  readonly #coding: SealedCoding;
  readonly #single: SingleRows;
  readonly #statements: Readonly<Record<"insert" | "one" | "all" | "release" | "drop" | "references", StatementSync>>;
  /** Packs that get the rows that are being written, by table; undefined unless there are many. */
  #drafts: Map<string, Map<string, string>> | undefined;
  #draftSizes = new Map<string, number>();
  /** What was put into packs since there were none; undefined where some were there before. */
  #packed: Set<string> | undefined;
  #lastId: number;

  constructor(database: DatabaseSync, coding: SealedCoding) {
    this.#coding = coding;
    this.#single = new SingleRows(database, coding);
    this.#statements = {
      insert: database.prepare("INSERT INTO pack (id, tbl, size, live, value) VALUES (?, ?, ?, ?, ?)"),
      one: database.prepare("SELECT id, tbl, size, live, value FROM pack WHERE id = ? AND tbl = ?"),
      all: database.prepare("SELECT id, tbl, size, live, value FROM pack WHERE tbl = ?"),
      release: database.prepare("UPDATE pack SET live = live - 1 WHERE id = ? RETURNING size, live"),
      drop: database.prepare("DELETE FROM pack WHERE id = ?"),
      references: database.prepare("SELECT key, value FROM entry WHERE tbl = ? AND length(value) = ?"),
    };
    this.#lastId = Number(database.prepare("SELECT max(id) AS id FROM pack").get()?.["id"] ?? 0);
    if (this.#lastId === 0) this.#packed = new Set();
  }

  get(table: string, key: string): unknown {
    const encodedKey = this.#coding.encodeKey(table, key);
    const id = readReference(this.#single.bytes(table, encodedKey));
    if (id === undefined) return this.#single.get(table, key);
    return this.#read(table, id)?.rows.find(([name]) => name === encodedKey)?.[2];
  }

  all(table: string): ReadonlyMap<string, unknown> {
    const found = this.#single.all(table, referenceBytes);
    let live: ReadonlyMap<string, number> | undefined;
    for (const row of this.#statements.all.iterate(table)) {
      const { id, isWhole, rows } = this.#open(table, row);
      if (!isWhole) live ??= this.#references(table);
      for (const [encodedKey, key, value] of rows) if (isWhole || live?.get(encodedKey) === id) found.set(key, value);
    }
    return found;
  }

  begin(): void {
    this.#drafts = new Map();
    this.#draftSizes = new Map();
  }

  put(table: string, key: string, text: string): void {
    const encodedKey = this.#coding.encodeKey(table, key);
    this.#release(table, encodedKey);
    if (!this.#drafts) return this.#single.put(table, key, text);
    const draft = this.#drafts.get(table) ?? new Map<string, string>();
    this.#drafts.set(table, draft.set(encodedKey, `[${JSON.stringify(encodedKey)},${JSON.stringify(key)},${text}]`));
    const size = (this.#draftSizes.get(table) ?? 0) + text.length;
    this.#draftSizes.set(table, size);
    if (size >= packSize) this.#close(table, draft);
  }

  remove(table: string, key: string): void {
    const encodedKey = this.#coding.encodeKey(table, key);
    this.#drafts?.get(table)?.delete(encodedKey);
    this.#release(table, encodedKey);
    this.#single.removeEncoded(table, encodedKey);
  }

  end(): void {
    for (const [table, draft] of this.#drafts ?? []) this.#close(table, draft);
    this.#drafts = undefined;
    // Remembered only while everything is written for the first time.
    if (this.#lastId > 0) this.#packed = undefined;
  }

  abandon(): void {
    this.#drafts = undefined;
    this.#packed = undefined;
  }

  #close(table: string, draft: Map<string, string>): void {
    this.#drafts?.delete(table);
    this.#draftSizes.delete(table);
    if (draft.size === 0) return;
    const id = (this.#lastId += 1);
    const value = this.#coding.seal(placeOf(table, id), `[${[...draft.values()].join(",")}]`);
    this.#statements.insert.run(id, table, draft.size, draft.size, value);
    const reference = referenceTo(id);
    for (const encodedKey of draft.keys()) {
      this.#single.putBytes(table, encodedKey, reference);
      this.#packed?.add(encodedKey);
    }
  }

  /** A key gets another value, or none: what a pack has for it counts no more. */
  #release(table: string, encodedKey: string): void {
    const isPacked = this.#packed?.has(encodedKey) ?? true;
    const id = isPacked ? readReference(this.#single.bytes(table, encodedKey)) : undefined;
    if (id === undefined) return;
    this.#single.removeEncoded(table, encodedKey);
    const { size = 0, live = 0 } = this.#statements.release.get(id) ?? {};
    if (Number(live) * minLive >= Number(size)) return;
    if (Number(live) > 0) this.#takeApart(table, id);
    this.#statements.drop.run(id);
  }

  /** Gives what is live of a pack rows of their own. */
  #takeApart(table: string, id: number): void {
    for (const [encodedKey, key, value] of this.#read(table, id)?.rows ?? [])
      if (readReference(this.#single.bytes(table, encodedKey)) === id) this.#single.put(table, key, JSON.stringify(value));
  }

  #read(table: string, id: number): Pack | undefined {
    const row = this.#statements.one.get(id, table);
    return row && this.#open(table, row);
  }

  #open(table: string, { id, size, live, value }: Record<string, unknown>): Pack {
    // Of columns of these types.
    const text = this.#coding.open(placeOf(table, Number(id)), value as Uint8Array);
    // Authenticated, so written by `#close`.
    return { id: Number(id), isWhole: size === live, rows: JSON.parse(text) as PackedRow[] };
  }

  #references(table: string): ReadonlyMap<string, number> {
    const found = new Map<string, number>();
    for (const { key, value } of this.#statements.references.iterate(table, referenceBytes)) {
      const id = readReference(value);
      if (typeof key === "string" && id !== undefined) found.set(key, id);
    }
    return found;
  }
}

/** What a pack is bound to, so that none can be put in the place of another. */
function placeOf(table: string, id: number): string {
  return `pack\0${table}\0${id}`;
}

function referenceTo(id: number): Uint8Array {
  const bytes = new Uint8Array(referenceBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(id));
  return bytes;
}

function readReference(value: unknown): number | undefined {
  if (!(value instanceof Uint8Array) || value.length !== referenceBytes) return undefined;
  return Number(new DataView(value.buffer, value.byteOffset).getBigUint64(0));
}
