import { randomBytes } from "node:crypto";
import { Client, type QueryResultRow } from "pg";
import { databaseUrl } from "../../src/testing/test-database.ts";
import { findPostgres, startCluster } from "../../../../scripts/postgres/throw-away-cluster.ts";

/** A PostgreSQL for the tests of one file, where each makes databases of its own. */
export interface PostgresForTests extends AsyncDisposable {
  /** Makes an empty database. @returns Its URL. */
  createDatabase(options?: string): Promise<string>;
  /** Runs a statement in a database. */
  run(url: string, sql: string): Promise<QueryResultRow[]>;
}

/** Whether there is a PostgreSQL to test with: one that the environment names, or one that can be started. */
export const hasPostgres: boolean = process.env["PATRIX_TEST_DATABASE"] !== undefined || findPostgres() !== undefined;

/** Uses the server that `PATRIX_TEST_DATABASE` names, or starts one that goes at the end. */
export async function postgresForTests(): Promise<PostgresForTests> {
  const given = process.env["PATRIX_TEST_DATABASE"];
  const cluster = given === undefined ? await startCluster() : undefined;
  const base = given ?? cluster?.url ?? "";
  const made: string[] = [];
  const run: PostgresForTests["run"] = async (url, sql) => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<QueryResultRow>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  return {
    run,
    async createDatabase(options = "") {
      const name = `patrix_test_${randomBytes(6).toString("hex")}`;
      await run(base, `create database ${name} ${options}`);
      made.push(name);
      return databaseUrl(base, name);
    },
    async [Symbol.asyncDispose]() {
      if (cluster) await cluster.remove();
      else for (const name of made) await run(base, `drop database ${name} with (force)`);
    },
  };
}
