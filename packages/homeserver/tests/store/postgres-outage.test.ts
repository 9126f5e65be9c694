// What a store in PostgreSQL does while its server cannot be reached, and what it says of one that it cannot use.
import { inspect } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { toPostgresSchema } from "../../src/store/postgres/dialect.ts";
import { PostgresStore } from "../../src/store/postgres/postgres-store.ts";
import { migrations, statementsFor } from "../../src/store/schema.ts";
import type { StoreError } from "../../src/store/errors.ts";
import { operation, query, write } from "../../src/store/statement.ts";
import { type CuttingProxy, cuttingProxy } from "./cutting-proxy.ts";
import { hasPostgres, type PostgresForTests, postgresForTests } from "./postgres-for-tests.ts";

const insert = write<[key: string]>("insert", `insert into meta (key, value) values (?1, '')`);
const keysOf = query<[], { readonly key: string }>("keysOf", `select key from meta order by key`);
const failsWith = (code: StoreError["code"]): unknown => expect.objectContaining({ name: "StoreError", code });

if (!hasPostgres) it.skip("PostgreSQL is not installed, so lost connections to it are not tested");

describe.skipIf(!hasPostgres)("a store in PostgreSQL", () => {
  let server: PostgresForTests;
  let url = "";
  beforeAll(async () => void (server = await postgresForTests()));
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(async () => void (url = await server.createDatabase()));

  async function behindProxy(
    patienceMs?: number,
  ): Promise<AsyncDisposable & { store: PostgresStore; proxy: CuttingProxy; told: unknown[] }> {
    const proxy = await cuttingProxy(url);
    const store = await PostgresStore.open(proxy.urlOf(databaseOf(url)), patienceMs === undefined ? {} : { patienceMs });
    const told: unknown[] = [];
    store.onOutage((reason) => told.push(reason === undefined ? "back" : "out"));
    store.onFailure(({ code }) => told.push(code));
    return {
      store,
      proxy,
      told,
      async [Symbol.asyncDispose]() {
        await store[Symbol.asyncDispose]();
        await proxy[Symbol.asyncDispose]();
      },
    };
  }
  const keys = async (store: PostgresStore): Promise<string[]> => (await store.all(keysOf)).map(({ key }) => key);

  it("sends a batch again that did not arrive", async () => {
    await using world = await behindProxy();
    const { store, proxy, told } = world;
    await store.commit([operation(insert, "before")]);
    proxy.mode = "cut requests";
    const lost = store.commit([operation(insert, "lost")]);
    const next = store.commit([operation(insert, "next")]);
    await expect.poll(() => told).toEqual(["out"]);
    expect(await server.run(url, "select key from meta where key = 'lost'")).toEqual([]);
    proxy.mode = "forward";
    await Promise.all([lost, next]);
    expect(await keys(store)).toEqual(["before", "lost", "next"]);
    expect(told).toEqual(["out", "back"]);
  });

  it("does not send a batch again whose answer was lost", async () => {
    await using world = await behindProxy();
    const { store, proxy, told } = world;
    await store.commit([operation(insert, "before")]);
    proxy.mode = "cut answers";
    const lost = store.commit([operation(insert, "lost")]);
    const next = store.commit([operation(insert, "next")]);
    await expect.poll(() => told).toEqual(["out"]);
    await expect.poll(() => server.run(url, "select key from meta where key = 'lost'")).toHaveLength(1);
    proxy.mode = "forward";
    // Sent twice it would fail, since the key is taken.
    await Promise.all([lost, next]);
    expect(await keys(store)).toEqual(["before", "lost", "next"]);
  });

  it("gives up reads and unsent batches after a while, but not a batch that may be stored", async () => {
    await using world = await behindProxy(200);
    const { store, proxy } = world;
    expect(await keys(store)).toEqual([]);
    proxy.mode = "cut answers";
    const fates: string[] = [];
    const unknown = store.commit([operation(insert, "unknown")]).then(() => fates.push("kept"));
    const unsent = store.commit([operation(insert, "unsent")]);
    await expect(unsent).rejects.toEqual(failsWith("UNAVAILABLE"));
    await expect(store.all(keysOf)).rejects.toEqual(failsWith("UNAVAILABLE"));
    expect(fates).toEqual([]);
    proxy.mode = "forward";
    await unknown;
    expect(await keys(store)).toEqual(["unknown"]);
  });

  it("notices at once that an idle connection is lost, and is back before anyone asks", async () => {
    await using world = await behindProxy();
    const { store, proxy, told } = world;
    proxy.mode = "refuse";
    proxy.cutAll();
    await expect.poll(() => told).toEqual(["out"]);
    proxy.mode = "forward";
    await expect.poll(() => told).toEqual(["out", "back"]);
    await store.commit([operation(insert, "after")]);
    expect(await keys(store)).toEqual(["after"]);
  });

  it("is over where another process has taken the database meanwhile", async () => {
    await using world = await behindProxy();
    const { store, proxy, told } = world;
    proxy.mode = "cut requests";
    const lost = store.commit([operation(insert, "lost")]);
    const refused = expect(lost).rejects.toEqual(failsWith("FENCED"));
    await expect.poll(() => told).toEqual(["out"]);
    await using other = await PostgresStore.open(url);
    proxy.mode = "forward";
    await refused;
    expect(told).toEqual(["out", "FENCED"]);
    expect(await keys(other)).toEqual([]);
  });

  it("is over where the database was put back to an earlier state", async () => {
    await using world = await behindProxy();
    const { store, proxy, told } = world;
    for (const key of ["a", "b", "c"]) await store.commit([operation(insert, key)]);
    proxy.mode = "refuse";
    proxy.cutAll();
    await expect.poll(() => told).toEqual(["out"]);
    await server.run(url, "update patrix_store set commits = 1");
    proxy.mode = "forward";
    await expect.poll(() => told).toEqual(["out", "FENCED"]);
  });

  it("is closed while the server does not answer, and says so to what waits", async () => {
    await using world = await behindProxy();
    const { store, proxy, told } = world;
    proxy.mode = "cut requests";
    const waits = expect(store.commit([operation(insert, "waits")])).rejects.toEqual(failsWith("CLOSED"));
    await expect.poll(() => told).toEqual(["out"]);
    await store[Symbol.asyncDispose]();
    await waits;
  });

  it("does what a session needs, whatever the database's settings are", async () => {
    const name = databaseOf(url);
    for (const setting of ["synchronous_commit = off", "default_transaction_isolation = 'serializable'", "bytea_output = 'escape'"])
      await server.run(url, `alter database ${name} set ${setting}`);
    await using store = await PostgresStore.open(url);
    const show = query<[], { readonly settings: string }>(
      "show",
      `select current_setting('synchronous_commit') || ' ' || current_setting('transaction_isolation') || ' ' ||
         current_setting('bytea_output') as settings`,
    );
    expect(await store.get(show)).toEqual({ settings: "on read committed hex" });
  });

  it("brings a database of every earlier release up to date", async () => {
    const columns = (at: string): Promise<unknown[]> =>
      server.run(
        at,
        `select table_name, column_name, data_type, collation_name, is_nullable, column_default from information_schema.columns
         where table_schema = 'public' order by table_name, column_name`,
      );
    const indexes = (at: string): Promise<unknown[]> =>
      server.run(at, `select indexdef from pg_indexes where schemaname = 'public' order by 1`);
    await (await PostgresStore.open(url))[Symbol.asyncDispose]();
    const newest = [await columns(url), await indexes(url)];
    expect(newest[0]?.length).toBeGreaterThan(150);
    // The first one had version 3.
    for (const { version } of migrations.filter((each) => each.version >= 3)) {
      const earlier = await server.createDatabase();
      const steps = migrations.filter((each) => each.version <= version).flatMap((each) => statementsFor("postgres", each));
      const table =
        "create table patrix_store (one bigint primary key check (one = 1), schema bigint not null, owner text not null, commits bigint not null)";
      const statements = [table, `insert into patrix_store values (1, ${version}, '', 7)`, ...steps.map(toPostgresSchema)];
      await server.run(earlier, statements.join(";\n"));
      await (await PostgresStore.open(earlier))[Symbol.asyncDispose]();
      expect([await columns(earlier), await indexes(earlier)]).toEqual(newest);
      expect(await server.run(earlier, "select schema from patrix_store")).toEqual([{ schema: String(migrations.at(-1)?.version) }]);
    }
  });

  describe("says what is wrong with", () => {
    const opening = (at: string): Promise<unknown> =>
      PostgresStore.open(at).then(
        () => "open",
        (error: unknown) => error,
      );

    it("a server that is not there, without the password", async () => {
      const failure = await opening("postgres://me:hush@127.0.0.1:1/patrix");
      expect(failure).toEqual(failsWith("UNREACHABLE"));
      expect(String(failure)).toMatch(/cannot be reached: connect ECONNREFUSED/);
      expect(inspect(failure, { depth: 10, showHidden: true })).not.toContain("hush");
    });

    it("a URL that is none, without the password", async () => {
      const failure = await opening("postgres://me:hush@[/patrix");
      expect(failure).toEqual(failsWith("UNREACHABLE"));
      expect(inspect(failure, { depth: 10, showHidden: true })).not.toContain("hush");
    });

    it("a database that is not there", async () => {
      const failure = await opening(url.replace(databaseOf(url), "nowhere"));
      expect(failure).toEqual(failsWith("NOT_A_DATABASE"));
      expect(String(failure)).toMatch(/"nowhere" does not exist: make it with createdb/);
    });

    it("a database of another encoding", async () => {
      const latin = await server.createDatabase("encoding 'LATIN1' locale_provider libc locale 'C' template template0");
      expect(String(await opening(latin))).toMatch(/UNSUPPORTED|encoding LATIN1/);
    });

    it("a database that holds something else, which stays as it is", async () => {
      await server.run(url, "create table rooms (id text)");
      expect(await opening(url)).toEqual(failsWith("NOT_A_DATABASE"));
      expect(await server.run(url, "select table_name from information_schema.tables where table_schema = 'public'")).toEqual([
        { table_name: "rooms" },
      ]);
    });

    it("a database of a newer release", async () => {
      await (await PostgresStore.open(url))[Symbol.asyncDispose]();
      await server.run(url, "update patrix_store set schema = 100000");
      expect(await opening(url)).toEqual(failsWith("SCHEMA_TOO_NEW"));
    });
  });
});

function databaseOf(url: string): string {
  return /\/(\w+)\?/.exec(url)?.[1] ?? "";
}
