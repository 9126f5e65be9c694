// Everything of a server goes from one database to another, between engines and within one.
import { mkdtemp, rm } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copyDatabase } from "../../src/compose/copy-database.ts";
import { openStore } from "../../src/compose/open-store.ts";
import { openCore } from "../../src/log/core.ts";
import { type CopyProgress, copyStore } from "../../src/store/copy/copy-store.ts";
import { readTables, type Table } from "../../src/store/copy/tables.ts";
import { migrate } from "../../src/store/sqlite/open-database.ts";
import { operation, type SqlValue, write } from "../../src/store/statement.ts";
import { metaValue, UNFINISHED_COPY } from "../../src/store/statements/shards.ts";
import type { Store } from "../../src/store/store.ts";
import { testingConfig } from "../../src/testing/testing-config.ts";
import { hasPostgres, type PostgresForTests, postgresForTests } from "./postgres-for-tests.ts";
import { storing } from "./statement-cases.ts";
import { readEverything } from "./store-contract.ts";

const insertUser = write<[nid: number, userId: string]>("insertUser", `insert into users (user_nid, user_id) values (?1, ?2)`);
const renameUser = write<[nid: number, userId: string]>("renameUser", `update users set user_id = ?2 where user_nid = ?1`);
const failsWith = (code: string): unknown => expect.objectContaining({ name: "StoreError", code });

let folder = "";
let server: PostgresForTests | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "patrix-copy-"));
  server = hasPostgres ? await postgresForTests() : undefined;
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

let files = 0;
const inFile = (): Promise<string> => Promise.resolve(`sqlite:${join(folder, `${files++}.db`)}`);
const inPostgres = (): Promise<string> => server?.createDatabase() ?? Promise.reject(new Error("there is no PostgreSQL"));
const open = (url: string): Promise<Store> => openStore(testingConfig({ dataDir: folder, config: { database: { url } } }));

/** A row of a table that nothing is stored in yet. */
function sampleRow({ name }: Table): SqlValue[] {
  using database = new DatabaseSync(":memory:");
  migrate(database);
  const samples: Readonly<Record<string, SqlValue>> = { integer: Number.MAX_SAFE_INTEGER, text: "a\0é😀", blob: new Uint8Array([0, 255]) };
  const columns = database.prepare("select type from pragma_table_info(?1) order by cid").all(name);
  return columns.map(({ type }) => samples[String(type).toLowerCase()] ?? null);
}

/** A database with something in every table, and many users. */
async function filled(url: string): Promise<string> {
  await using store = await open(url);
  await store.commit(storing);
  for (const table of readTables())
    if ((await store.all(table.first, 1)).length === 0) await store.commit([operation(table.insert, ...sampleRow(table))]);
  await store.commit(Array.from({ length: 1_000 }, (_, i) => operation(insertUser, 1_000 + i, `@user\0${i}\u0001:x`)));
  return url;
}

async function everything(url: string): Promise<unknown> {
  await using store = await open(url);
  return await readEverything(store);
}

type Place = () => Promise<string>;
const ways: readonly (readonly [way: string, source: Place, target: Place])[] = [
  ["from a file to a file", inFile, inFile],
  ["from a file to PostgreSQL", inFile, inPostgres],
  ["from PostgreSQL to a file", inPostgres, inFile],
];
if (!hasPostgres) it.skip("PostgreSQL is not installed, so no copies to and from it are made");

describe.each(hasPostgres ? ways : ways.slice(0, 1))("a copy %s", (_, source, target) => {
  it("has every row of every table, and says the same of both sides", async () => {
    const [from, to] = [await filled(await source()), await target()];
    const before = await everything(from);
    const copied = await copyDatabase(from, to);
    expect(await everything(to)).toEqual(before);
    expect(copied.map(({ table }) => table)).toEqual(readTables().map(({ name }) => name));
    expect(copied.filter(({ rows }) => rows === 0).map(({ table }) => table)).toEqual([]);
    // There and back, each table has the same hash.
    expect(await copyDatabase(to, await source())).toEqual(copied);
  });

  it("that is ended early goes on where it stopped, and serves no server until it is done", async () => {
    const [from, to] = [await filled(await source()), await target()];
    const interrupt = new AbortController();
    const progress = ({ table, rows }: CopyProgress): void => {
      if (table === "users" && rows >= 500) interrupt.abort(new Error("enough"));
    };
    await expect(copyDatabase(from, to, { progress, signal: interrupt.signal })).rejects.toThrow("enough");
    await using half = await open(to);
    await expect(openCore("example.com", half)).rejects.toEqual(failsWith("UNFINISHED_COPY"));
    await expect(copyStore(half, half)).rejects.toEqual(failsWith("NOT_A_DATABASE"));
    await half[Symbol.asyncDispose]();
    const seen: CopyProgress[] = [];
    await copyDatabase(from, to, { progress: (each) => seen.push(each) });
    expect(seen.find(({ table }) => table === "users")).toEqual({ step: "copy", table: "users", rows: 500, of: 1_003 });
    expect(seen.find(({ table }) => table === "accounts")?.rows).toBe(3);
    expect(await everything(to)).toEqual(await everything(from));
    await using whole = await open(to);
    expect(await whole.get(metaValue, UNFINISHED_COPY)).toBeUndefined();
    expect((await openCore("example.com", whole)).serverName).toBe("example.com");
  });

  it("is refused where the target holds data, and where the source is none", async () => {
    const [from, to] = [await filled(await source()), await filled(await target())];
    await expect(copyDatabase(from, to)).rejects.toEqual(failsWith("NOT_EMPTY"));
    await expect(copyDatabase(await target(), await source())).rejects.toEqual(failsWith("NOT_A_DATABASE"));
  });

  it("notices that a row is another than in the source", async () => {
    const [from, to] = [await filled(await source()), await target()];
    const interrupt = new AbortController();
    const progress = ({ table }: CopyProgress): void => {
      if (table === "users") interrupt.abort(new Error("enough"));
    };
    await expect(copyDatabase(from, to, { progress, signal: interrupt.signal })).rejects.toThrow("enough");
    {
      await using changed = await open(to);
      await changed.commit([operation(insertUser, 1, "@another:x")]);
      await changed.commit([operation(renameUser, 1, "@one:x")]);
    }
    await expect(copyDatabase(from, to)).rejects.toEqual(failsWith("COPY_DIFFERS"));
  });
});

it("makes no file where there is none to copy", async () => {
  const from = await inFile();
  await expect(copyDatabase(from, await inFile())).rejects.toThrow(/there is no file/);
  await expect(copyDatabase(from, await inFile())).rejects.toThrow(/there is no file/);
});
