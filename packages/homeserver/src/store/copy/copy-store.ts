import { createHash } from "node:crypto";
import { StoreError } from "../errors.ts";
import { operation, type SqlValue, type WriteOperation } from "../statement.ts";
import { deleteMeta, metaValue, UNFINISHED_COPY, upsertMeta } from "../statements/shards.ts";
import type { Store, StoreReader } from "../store.ts";
import { turnIfDue } from "../../turns.ts";
import { readTables, type Row, type Table } from "./tables.ts";

/** The table with the mark. */
const META = "meta";
/** How many rows are copied in one transaction. */
const ROWS_AT_ONCE = 250;

/** How far a copy has got with a table. */
export interface CopyProgress {
  readonly step: "copy" | "compare";
  readonly table: string;
  readonly rows: number;
  /** How many there are. */
  readonly of: number;
}

/** How a copy is followed, and ended early. */
export interface CopyOptions {
  readonly progress?: (progress: CopyProgress) => void;
  /** Ends it after the rows that are under way; the next copy goes on where this one stopped. */
  readonly signal?: AbortSignal;
}

/** What was copied of a table, the same on both sides. */
export interface CopiedTable {
  readonly table: string;
  readonly rows: number;
  /** SHA-256 over the rows in the order of their keys, lower-case hexadecimal. */
  readonly hash: string;
}

/**
 * Copies everything from one store to another, which must be empty, or hold the beginning of an earlier copy from the same server. Rows
 * go in the order of their keys, so a copy that was ended goes on after the last row. At the end both sides are read again and compared.
 * No server starts on a copy that is not finished.
 *
 * @throws {StoreError} `NOT_EMPTY` if the target holds other data, `COPY_DIFFERS` if the sides are not the same in the end. @throws What aborted the signal.
 */
export async function copyStore(from: StoreReader, to: Store, { progress, signal }: CopyOptions = {}): Promise<CopiedTable[]> {
  const tables = readTables();
  await begin(from, to, tables);
  for (const table of tables.filter(({ name }) => name !== META)) {
    const of = await countRows(from, table);
    const last = (await to.all(table.last)).at(0);
    let rows = await countRows(to, table);
    progress?.({ step: "copy", table: table.name, rows, of });
    for await (const page of pages(from, table, last)) {
      signal?.throwIfAborted();
      await to.commit(insertions(table, page));
      rows += page.length;
      progress?.({ step: "copy", table: table.name, rows, of });
    }
  }
  const copied: CopiedTable[] = [];
  for (const table of tables) {
    signal?.throwIfAborted();
    const [ours, theirs] = [await digest(from, table), await digest(to, table)];
    if (ours.rows !== theirs.rows || ours.hash !== theirs.hash)
      throw new StoreError(
        "COPY_DIFFERS",
        `${table.name}: ${ours.rows} rows became ${theirs.rows}, or others: empty the target and copy again`,
      );
    progress?.({ step: "compare", table: table.name, rows: ours.rows, of: ours.rows });
    copied.push({ table: table.name, ...ours });
  }
  await to.commit([operation(deleteMeta, UNFINISHED_COPY)]);
  return copied;
}

/** Gives the target what the server keeps of itself, and marks it as unfinished, unless that was done before. */
async function begin(from: StoreReader, to: Store, tables: readonly Table[]): Promise<void> {
  const owner = (await from.get(metaValue, "server_name"))?.value;
  if (owner === undefined || (await from.get(metaValue, UNFINISHED_COPY)) !== undefined)
    throw new StoreError("NOT_A_DATABASE", "the source holds no data of a server, or an unfinished copy of it");
  const begun = (await to.get(metaValue, UNFINISHED_COPY))?.value;
  if (begun === owner) return;
  for (const table of tables)
    if ((await countRows(to, table)) > 0) throw new StoreError("NOT_EMPTY", "the target holds data already: take an empty database");
  const operations = [operation(upsertMeta, UNFINISHED_COPY, owner)];
  const meta = tables.find(({ name }) => name === META);
  if (meta) for await (const page of pages(from, meta, undefined)) operations.push(...insertions(meta, page));
  await to.commit(operations);
}

/** The rows of a table in the order of their keys, after one of them; the mark of a copy is none of them. */
async function* pages(store: StoreReader, table: Table, after: Row | undefined): AsyncGenerator<readonly Row[]> {
  for (let last = after; ;) {
    // A file is read without waiting for anything.
    const turn = turnIfDue();
    if (turn) await turn;
    const params = last ? table.key.map((column) => last?.[column] ?? null) : [];
    const page = await store.all(last ? table.after : table.first, ...params, ROWS_AT_ONCE);
    last = page.at(-1);
    const rows = table.name === META ? page.filter((row) => row["key"] !== UNFINISHED_COPY) : page;
    if (rows.length > 0) yield rows;
    if (!last || page.length < ROWS_AT_ONCE) return;
  }
}

/** Counts and hashes the rows of a table, in the order of their keys. */
export async function digest(store: StoreReader, table: Table): Promise<Omit<CopiedTable, "table">> {
  const hash = createHash("sha256");
  let rows = 0;
  for await (const page of pages(store, table, undefined)) {
    for (const row of page) hash.update(`${JSON.stringify(valuesOf(table, row).map(toJson))}\n`);
    rows += page.length;
  }
  return { rows, hash: hash.digest("hex") };
}

function toJson(value: SqlValue): unknown {
  return value instanceof Uint8Array ? { bytes: Buffer.from(value).toString("base64") } : value;
}

async function countRows(store: StoreReader, table: Table): Promise<number> {
  return (await store.all(table.count)).at(0)?.count ?? 0;
}

function insertions(table: Table, rows: readonly Row[]): WriteOperation[] {
  return rows.map((row) => operation(table.insert, ...valuesOf(table, row)));
}

function valuesOf({ columns }: Table, row: Row): SqlValue[] {
  return columns.map((column) => row[column] ?? null);
}
