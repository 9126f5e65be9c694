import { MAX_SHARDS, position } from "../log/position.ts";
import type { Row, Table } from "../store/copy/tables.ts";
import { query, type Query, type SqlValue } from "../store/statement.ts";
import type { StoreReader } from "../store/store.ts";
import { keyOf, type Report } from "./finding.ts";
import type { PositionColumn, RowReference } from "./references.ts";

/** How many rows are read at once. */
const ROWS_AT_ONCE = 500;

/** Reads the rows of a table that a condition holds for, in the order of their keys. */
async function* rowsWhere(
  reader: StoreReader,
  { name, key }: Table,
  { columns, condition }: { readonly columns: readonly string[]; readonly condition: string },
): AsyncGenerator<Row> {
  const wanted = [...new Set([...key, ...columns])].map((column) => `${name}.${column}`).join(", ");
  const keys = key.map((column) => `${name}.${column}`).join(", ");
  const places = key.map((_, i) => `?${i + 1}`).join(", ");
  const statement = (after: string, limit: number): Query<readonly SqlValue[], Row> =>
    query("check", `select ${wanted} from ${name} where ${after}${condition} order by ${keys} limit ?${limit}`);
  const [first, next] = [statement("", 1), statement(`(${keys}) > (${places}) and `, key.length + 1)];
  for (let last: Row | undefined; ;) {
    const params = last ? key.map((column) => last?.[column] ?? null) : [];
    const page = await reader.all(last ? next : first, ...params, ROWS_AT_ONCE);
    yield* page;
    last = page.at(-1);
    if (page.length < ROWS_AT_ONCE) return;
  }
}

/** Finds the rows that refer to one that is not there. */
export async function checkReference(reader: StoreReader, table: Table, reference: RowReference, report: Report): Promise<void> {
  const { columns, target, targetColumns, isZeroNone } = reference;
  const same = columns.map((column, i) => `target.${targetColumns[i]} = ${table.name}.${column}`).join(" and ");
  const names = columns.map((column) => `${table.name}.${column} is not null`).join(" and ");
  const none = isZeroNone ? ` and ${table.name}.${columns[0]} <> 0` : "";
  const condition = `${names}${none} and not exists (select 1 from ${target} target where ${same})`;
  for await (const row of rowsWhere(reader, table, { columns, condition })) {
    const said = Object.entries(keyOf(row, columns)).map(([column, value]) => `${column} ${value}`);
    report({ kind: "REFERENCE", table: table.name, key: keyOf(row, table.key), message: `${target} has no row for ${said.join(", ")}` });
  }
}

/** Finds the rows with a position beyond what the log has reached, or of a shard that there is not. */
export async function checkPositions(reader: StoreReader, table: Table, { column }: PositionColumn, report: Report): Promise<void> {
  const value = `${table.name}.${column}`;
  // Smaller ones are the beginnings of shards.
  const condition = `${value} >= ${position(1, 0)} and not exists (select 1 from shards s where s.shard = ${value} % ${MAX_SHARDS} and s.last_pos >= ${value})`;
  for await (const row of rowsWhere(reader, table, { columns: [column], condition }))
    report({
      kind: "POSITION",
      table: table.name,
      key: keyOf(row, table.key),
      message: `${column} is ${String(row[column])}, which the log has not reached`,
    });
}
