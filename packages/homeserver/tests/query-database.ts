import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { Client } from "pg";
import { testDatabase } from "../src/testing/test-database.ts";

/** Runs a statement on the database of a data folder, behind the back of the server that may use it. @returns Its rows. */
export async function queryDatabase<Row extends object>(dataDir: string, sql: string): Promise<Row[]> {
  const { database } = (await testDatabase(dataDir)).config;
  if (!database) {
    using connection = new DatabaseSync(join(dataDir, "patrix.db"), { timeout: 5_000 });
    return connection.prepare(sql).all() as Row[];
  }
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
