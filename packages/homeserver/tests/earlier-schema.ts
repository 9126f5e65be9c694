// Databases as earlier releases made them, in either engine.
import { randomBytes } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { Client } from "pg";
import { expect } from "vitest";
import { toPostgresSchema } from "../src/store/postgres/dialect.ts";
import { type Engine, type Migration, migrations, type SchemaStatement, statementsFor } from "../src/store/schema.ts";
import { databaseUrl, testDatabase } from "../src/testing/test-database.ts";

const server = process.env["PATRIX_TEST_DATABASE"];
const engine: Engine = server === undefined ? "sqlite" : "postgres";
/** The schema of the first release that knew the engine. */
const FIRST: Readonly<Record<Engine, number>> = { sqlite: 1, postgres: 3 };

/** The schemas that data of earlier releases may have, in the engine of this run. */
export const earlierVersions: readonly number[] = migrations
  .slice(0, -1)
  .map(({ version }) => version)
  .filter((version) => version >= FIRST[engine]);

/** By what each step is undone. */
export type Backwards = Readonly<Record<number, readonly SchemaStatement[]>>;

/** Takes the database of a data folder back to a version, and checks that it is what that release made. */
export async function takeBack(dataDir: string, version: number, backwards: Backwards): Promise<void> {
  const { database } = (await testDatabase(dataDir)).config;
  if (database && server !== undefined) await takeBackPostgres(database.url, server, stepsTo("postgres", version, backwards));
  else takeBackFile(join(dataDir, "patrix.db"), version, backwards);
}

/** Takes a file of SQLite back. */
export function takeBackFile(path: string, version: number, backwards: Backwards): void {
  const { undoing, kept } = stepsTo("sqlite", version, backwards);
  using database = new DatabaseSync(path);
  for (const sql of undoing) database.exec(sql);
  database.exec(`pragma user_version = ${version}`);
  using made = new DatabaseSync(":memory:");
  for (const sql of kept) made.exec(sql);
  expect(shapeOf(database)).toEqual(shapeOf(made));
}

interface Steps extends Pick<Migration, "version"> {
  readonly undoing: readonly string[];
  readonly kept: readonly string[];
}

function stepsTo(of: Engine, version: number, backwards: Backwards): Steps {
  const undone = migrations.filter((step) => step.version > version).toReversed();
  const undoing = undone.flatMap((step) => statementsFor(of, { version: step.version, statements: backwards[step.version] ?? [] }));
  const kept = migrations.filter((step) => step.version <= version).flatMap((step) => statementsFor(of, step));
  return { version, undoing, kept };
}

/** Each table with its columns, and each index, in whatever order they were made. */
function shapeOf(database: DatabaseSync): readonly string[] {
  const columns = `select m.name || '.' || c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || c.pk as line
    from sqlite_schema m join pragma_table_info(m.name) c where m.type = 'table'`;
  const indexes = `select 'index ' || name || ' on ' || tbl_name as line from sqlite_schema where type = 'index' and sql is not null`;
  return database
    .prepare(`${columns} union all ${indexes} order by line`)
    .all()
    .map(({ line }) => String(line));
}

async function takeBackPostgres(url: string, base: string, { version, undoing, kept }: Steps): Promise<void> {
  const name = `patrix_earlier_${randomBytes(6).toString("hex")}`;
  const taken = await using(url, async (client) => {
    for (const sql of [...undoing.map(toPostgresSchema), `update patrix_store set schema = ${version}`]) await client.query(sql);
    return shapeOfPostgres(client);
  });
  await using(base, (client) => client.query(`create database ${name}`));
  const made = await using(databaseUrl(base, name), async (client) => {
    for (const sql of kept) await client.query(toPostgresSchema(sql));
    return shapeOfPostgres(client);
  });
  await using(base, (client) => client.query(`drop database ${name}`));
  expect(taken).toEqual(made);
}

async function using<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** As {@link shapeOf}; the table that only this engine has is left out. */
async function shapeOfPostgres(client: Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ line: string }>(
    `select table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '') as line
       from information_schema.columns where table_schema = 'public' and table_name <> 'patrix_store'
     union all select indexdef from pg_indexes where schemaname = 'public' and tablename <> 'patrix_store' order by line`,
  );
  return rows.map(({ line }) => line);
}
