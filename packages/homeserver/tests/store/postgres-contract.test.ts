import { afterAll, beforeAll, describe, it } from "vitest";
import { PostgresStore } from "../../src/store/postgres/postgres-store.ts";
import { hasPostgres, type PostgresForTests, postgresForTests } from "./postgres-for-tests.ts";
import { storeContract } from "./store-contract.ts";

if (!hasPostgres) it.skip("PostgreSQL is not installed, so its store is not tested");

describe.skipIf(!hasPostgres)("a store in PostgreSQL", () => {
  let server: PostgresForTests;
  beforeAll(async () => void (server = await postgresForTests()));
  afterAll(() => server[Symbol.asyncDispose]());

  storeContract(async () => {
    const url = await server.createDatabase();
    return { open: () => PostgresStore.open(url), [Symbol.asyncDispose]: () => Promise.resolve() };
  });
});
