import { DatabaseSync } from "node:sqlite";
import { query, type Query, type SqlValue, type Write, write } from "../statement.ts";
import { migrate } from "../sqlite/open-database.ts";

/** A row as its columns have it, by name. */
export type Row = Readonly<Record<string, SqlValue>>;

/** A table of the newest schema, with the statements that copy it. */
export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  /** The columns of the primary key, which order the rows in the same way in every engine. */
  readonly key: readonly string[];
  /** Reads the first rows; the parameter is how many. */
  readonly first: Query<readonly SqlValue[], Row>;
  /** Reads the rows after a key, which comes first among the parameters. */
  readonly after: Query<readonly SqlValue[], Row>;
  /** Reads the row with the largest key. */
  readonly last: Query<readonly [], Row>;
  readonly count: Query<readonly [], { readonly count: number }>;
  /** Stores a row, its columns in order. */
  readonly insert: Write<readonly SqlValue[]>;
}

/** The tables of the newest schema, by name; what an engine derives from them, such as an index of texts, is made again by each. */
export function readTables(): Table[] {
  using database = new DatabaseSync(":memory:");
  migrate(database);
  const names = database
    .prepare("select name from pragma_table_list where schema = 'main' and type = 'table' and name not like 'sqlite%' order by name")
    .all();
  return names.map(({ name }) => describe(database, String(name)));
}

function describe(database: DatabaseSync, name: string): Table {
  const info = database.prepare("select name, pk from pragma_table_info(?1) order by cid").all(name);
  const columns = info.map((column) => String(column["name"]));
  const ofKey = info.filter((column) => Number(column["pk"]) > 0).toSorted((a, b) => Number(a["pk"]) - Number(b["pk"]));
  const key = ofKey.map((column) => String(column["name"]));
  const places = (count: number): string => Array.from({ length: count }, (_, i) => `?${i + 1}`).join(", ");
  const select = `select ${columns.join(", ")} from ${name}`;
  const order = `order by ${key.join(", ")}`;
  return {
    name,
    columns,
    key,
    first: query(`copy.${name}.first`, `${select} ${order} limit ?1`),
    after: query(`copy.${name}.after`, `${select} where (${key.join(", ")}) > (${places(key.length)}) ${order} limit ?${key.length + 1}`),
    last: query(`copy.${name}.last`, `${select} order by ${key.map((column) => `${column} desc`).join(", ")} limit 1`),
    count: query(`copy.${name}.count`, `select count(*) as count from ${name}`),
    insert: write(`copy.${name}.insert`, `insert into ${name} (${columns.join(", ")}) values (${places(columns.length)})`),
  };
}
