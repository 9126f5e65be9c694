import { DatabaseSync } from "node:sqlite";
import { StoreError } from "../errors.ts";
import { type Migration, migrations, statementsFor } from "../schema.ts";

/** Opens a connection with the settings that every thread uses: WAL, full sync; 32 MiB of page cache for reads, 16 MiB for writes. */
export function openDatabase(path: string, readOnly = false): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly, timeout: 5_000 });
  if (!readOnly) database.exec("pragma journal_mode = wal");
  database.exec(`pragma cache_size = ${readOnly ? -32_768 : -16_384}`);
  database.exec("pragma synchronous = full; pragma wal_autocheckpoint = 4000; pragma temp_store = memory");
  return database;
}

/**
 * Brings a database to the newest schema: one transaction a step, and one for all of a new database.
 *
 * @throws {StoreError} `SCHEMA_TOO_NEW` if a newer release wrote the database.
 */
export function migrate(database: DatabaseSync): void {
  const { user_version: current } = database.prepare("pragma user_version").get() as { user_version: number };
  const newest = migrations.at(-1)?.version ?? 0;
  if (current > newest)
    throw new StoreError("SCHEMA_TOO_NEW", `the database has schema ${current}, this release knows ${newest}: use a newer release`);
  const missing = migrations.filter(({ version }) => version > current);
  if (current === 0) applySteps(database, missing);
  else for (const migration of missing) applySteps(database, [migration]);
}

function applySteps(database: DatabaseSync, steps: readonly Migration[]): void {
  let applying = 0;
  database.exec("begin immediate");
  try {
    for (const step of steps) {
      applying = step.version;
      for (const statement of statementsFor("sqlite", step)) database.exec(statement);
    }
    database.exec(`pragma user_version = ${applying}`);
    database.exec("commit");
  } catch (error) {
    database.exec("rollback");
    throw new StoreError("MIGRATION_FAILED", `schema ${applying} could not be applied`, error);
  }
}
