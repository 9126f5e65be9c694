import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { Client } from "pg";
import { StoreError } from "../errors.ts";
import { migrations, statementsFor } from "../schema.ts";
import { toPostgresSchema } from "./dialect.ts";
import { messageOf, sqlState } from "./failure.ts";

/** The oldest release of PostgreSQL that will do, as `server_version_num`. */
const OLDEST_VERSION = 150_000;
/** The lock that a server holds while it uses a database; the number says nothing. */
const LOCK = 7_281_939;
/** How long the lock of a process that was killed may stay: until the server has seen that the connection is gone. */
const LOCK_PATIENCE_MS = 3_000;
const LOCK_RETRY_MS = 50;
/** The table that tells PostgreSQL's side of a store: its schema, who writes to it, and how many batches the writer has committed. */
const TABLE = "patrix_store";
const DUPLICATE_TABLE = "42P07";
const INSUFFICIENT_PRIVILEGE = "42501";

/** Who writes to a database, and the number of the last batch that was committed. */
export interface Ownership {
  readonly owner: string;
  readonly commits: number;
}

/** Counts a batch, as a fence: `$1` is its number, `$2` the owner. Nobody else has written since the batch before. */
export const COUNT_COMMIT: string = `update ${TABLE} set commits = $1 where owner = $2 and commits = cast($1 as bigint) - 1`;

/** Refuses a server or a database that will not do. @throws {StoreError} `UNSUPPORTED`. */
async function requireSupported(client: Client): Promise<void> {
  const { rows } = await client.query<{ version: string; number: string; encoding: string }>(
    `select current_setting('server_version') as version, current_setting('server_version_num') as number,
       current_setting('server_encoding') as encoding`,
  );
  const { version = "", number = "", encoding = "" } = rows[0] ?? {};
  if (Number(number) < OLDEST_VERSION)
    throw new StoreError("UNSUPPORTED", `database.url: PostgreSQL ${version} is too old: 15 is the oldest that will do`);
  if (encoding !== "UTF8")
    throw new StoreError("UNSUPPORTED", `database.url: the database has the encoding ${encoding}: make one with encoding 'UTF8'`);
}

/** Claims a database until the connection ends. @returns Whether it is ours, within a few seconds. */
export async function claimDatabase(client: Client): Promise<boolean> {
  const deadline = performance.now() + LOCK_PATIENCE_MS;
  for (;;) {
    const { rows } = await client.query<{ is_ours: number }>("select cast(pg_try_advisory_lock($1) as integer) as is_ours", [LOCK]);
    if (rows[0]?.is_ours === 1) return true;
    if (performance.now() >= deadline) return false;
    await setTimeout(LOCK_RETRY_MS);
  }
}

/** Ends a session of ours that the server still believes in, so that the lock that it holds goes. */
export async function endSession(client: Client, pid: number): Promise<void> {
  await client.query(
    `select pg_terminate_backend(pid) from pg_locks join pg_database on pg_database.oid = pg_locks.database
     where locktype = 'advisory' and datname = current_database() and objid = $1 and pid = $2`,
    [LOCK, pid],
  );
}

/**
 * Opens a database to write to it: claims it, brings its schema up to date, and makes a new owner.
 *
 * @throws {StoreError} `UNSUPPORTED`, `DATA_IN_USE`, and those of a migration.
 */
export async function openDatabase(client: Client): Promise<Ownership> {
  await requireSupported(client);
  if (!(await claimDatabase(client))) throw new StoreError("DATA_IN_USE", "database.url: the database is in use by another server");
  await migrate(client);
  return takeOver(client);
}

/**
 * Brings a database to the newest schema, one transaction a step; one that is empty begins with the tables.
 *
 * @throws {StoreError} `SCHEMA_TOO_NEW`, `NOT_A_DATABASE` if it holds something else, `NOT_WRITABLE` or `MIGRATION_FAILED`.
 */
async function migrate(client: Client): Promise<void> {
  const newest = migrations.at(-1)?.version ?? 0;
  const current = await schemaVersion(client);
  if (current > newest)
    throw new StoreError("SCHEMA_TOO_NEW", `the database has schema ${current}, this release knows ${newest}: use a newer release`);
  if (current === newest) return;
  const steps = migrations.filter(({ version }) => version > current);
  const statements = steps.flatMap((step) => statementsFor("postgres", step)).map(toPostgresSchema);
  const first =
    current === 0
      ? // A row that every commit changes: the space beside it spares the index.
        `create table ${TABLE} (one bigint primary key check (one = 1), schema bigint not null, owner text not null, commits bigint not null)
           with (fillfactor = 10);
         insert into ${TABLE} values (1, 0, '', 0)`
      : "select 1";
  try {
    await client.query("begin");
    await client.query([first, ...statements, `update ${TABLE} set schema = ${newest}`].join(";\n"));
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw migrationFailure(error, newest);
  }
}

function migrationFailure(error: unknown, version: number): StoreError {
  if (sqlState(error) === DUPLICATE_TABLE)
    return new StoreError("NOT_A_DATABASE", `database.url: the database holds tables of something else: ${messageOf(error)}`, error);
  if (sqlState(error) === INSUFFICIENT_PRIVILEGE)
    return new StoreError("NOT_WRITABLE", `database.url: the user may not make tables in the database: ${messageOf(error)}`, error);
  return new StoreError("MIGRATION_FAILED", `schema ${version} could not be applied: ${messageOf(error)}`, error);
}

/** The version of the schema that a database has; 0 for one that holds no data of a server. */
export async function schemaVersion(client: Client): Promise<number> {
  const { rows } = await client.query<{ is_there: string | null }>("select to_regclass($1) as is_there", [TABLE]);
  if (rows[0]?.is_there === null) return 0;
  const found = await client.query<{ schema: number }>(`select schema from ${TABLE}`);
  return found.rows[0]?.schema ?? 0;
}

/** Makes a new owner of the database, who has committed nothing. */
async function takeOver(client: Client): Promise<Ownership> {
  const ownership = { owner: randomUUID(), commits: 0 };
  await client.query(`update ${TABLE} set owner = $1, commits = $2`, [ownership.owner, ownership.commits]);
  return ownership;
}

/** Reads who owns the database. */
export async function readOwnership(client: Client): Promise<Ownership> {
  const { rows } = await client.query<Ownership>(`select owner, commits from ${TABLE}`);
  return rows[0] ?? { owner: "", commits: 0 };
}
