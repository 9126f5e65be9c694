import { createHash } from "node:crypto";
import { Client } from "pg";
import { migrations } from "../store/schema.ts";
import { PostgresStore } from "../store/postgres/postgres-store.ts";

/** Where a test homeserver keeps its data. */
export interface TestDatabase {
  /** Settings that go into the configuration. */
  readonly config: { readonly database?: { readonly url: string } };
  /** Removes it, where it does not go with the data folder. */
  drop(): Promise<void>;
}

/** Serialises the making of the template; the number says nothing. */
const TEMPLATE_LOCK = 4_118_207;

/**
 * The database that belongs to a data folder: SQLite in it, or one of its own on the PostgreSQL server that `PATRIX_TEST_DATABASE` names,
 * which is made if it is missing.
 */
export async function testDatabase(dataDir: string): Promise<TestDatabase> {
  const server = process.env["PATRIX_TEST_DATABASE"];
  if (server === undefined) return { config: {}, drop: () => Promise.resolve() };
  const name = `patrix_test_${createHash("sha256").update(dataDir).digest("hex").slice(0, 16)}`;
  await withConnection(server, async (client) => {
    if (await exists(client, name)) return;
    await client.query(`create database ${name} template ${await template(client, server)} strategy file_copy`);
  });
  return {
    config: { database: { url: databaseUrl(server, name) } },
    drop: () => withConnection(server, async (client) => void (await client.query(`drop database if exists ${name} with (force)`))),
  };
}

/** The URL of another database on the same server. */
export function databaseUrl(url: string, name: string): string {
  return url.replace(/^(\w+:\/\/[^/]*\/)[^?]*/, `$1${name}`);
}

async function withConnection<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

async function exists(client: Client, name: string): Promise<boolean> {
  return (await client.query("select 1 from pg_database where datname = $1", [name])).rows.length > 0;
}

/** A database with the newest schema and nothing in it, to be copied. @returns Its name. */
async function template(client: Client, server: string): Promise<string> {
  const schema = createHash("sha256").update(JSON.stringify(migrations)).digest("hex").slice(0, 16);
  const name = `patrix_template_${schema}`;
  if (await exists(client, name)) return name;
  await client.query("select pg_advisory_lock($1)", [TEMPLATE_LOCK]);
  try {
    if (await exists(client, name)) return name;
    // Others see it under its name once it is complete.
    await client.query(`drop database if exists ${name}_new`);
    await client.query(`create database ${name}_new`);
    const store = await PostgresStore.open(databaseUrl(server, `${name}_new`));
    await store[Symbol.asyncDispose]();
    await client.query(`alter database ${name}_new rename to ${name}`);
  } finally {
    await client.query("select pg_advisory_unlock($1)", [TEMPLATE_LOCK]);
  }
  return name;
}
