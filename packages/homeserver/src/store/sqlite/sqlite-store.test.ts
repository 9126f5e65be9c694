import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StoreError } from "../errors.ts";
import { fence, keyList, operation, query, write } from "../statement.ts";
import { SqliteStore } from "./sqlite-store.ts";

const set = write<[key: string, value: string]>(
  "set",
  `insert into meta (key, value) values (?1, ?2) on conflict (key) do update set value = excluded.value`,
);
const setFenced = fence<[key: string, value: string]>("setFenced", `update meta set value = ?2 where key = ?1`);
const insert = write<[key: string, value: string]>("insert", `insert into meta (key, value) values (?1, ?2)`);
const valueOf = query<[key: string], { readonly value: string }>("valueOf", `select value from meta where key = ?1`);
const among = query<[keys: string], { readonly key: string }>("among", `select key from meta where key in inList(?1) order by key`);
const failsWith = (code: StoreError["code"]): unknown => expect.objectContaining({ name: "StoreError", code });

let folder = "";
let path = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "patrix-store-"));
  path = join(folder, "data", "patrix.db");
});
afterEach(() => rm(folder, { recursive: true }));

describe("a database file", () => {
  it("is made with its folder, for its owner only, and keeps what is committed", async () => {
    {
      await using store = await SqliteStore.open(path);
      await store.commit([operation(set, "a", "1")]);
      for (const file of [path, `${path}-wal`, `${path}-lock`]) expect((await stat(file)).mode & 0o777).toBe(0o600);
    }
    await using again = await SqliteStore.open(path);
    expect(await again.get(valueOf, "a")).toEqual({ value: "1" });
  });

  it("is open once at a time", async () => {
    await using _store = await SqliteStore.open(path);
    await expect(SqliteStore.open(path)).rejects.toEqual(failsWith("DATA_IN_USE"));
  });

  it("is refused where it is none, or newer than the program, and is not claimed then", async () => {
    await (await SqliteStore.open(path))[Symbol.asyncDispose]();
    const database = new DatabaseSync(path);
    database.exec("pragma user_version = 100000");
    database.close();
    for (let i = 0; i < 2; i++) await expect(SqliteStore.open(path)).rejects.toEqual(failsWith("SCHEMA_TOO_NEW"));
    const text = join(folder, "text.db");
    await writeFile(text, "not a database ".repeat(500));
    for (let i = 0; i < 2; i++) await expect(SqliteStore.open(text)).rejects.toEqual(failsWith("NOT_A_DATABASE"));
  });
});

describe("a batch", () => {
  it("is kept whole or not at all, and what comes after one that failed is kept", async () => {
    await using store = await SqliteStore.open(path);
    await store.commit([operation(insert, "taken", "1")]);
    const failed = store.commit([operation(set, "half", "1"), operation(insert, "taken", "2")]);
    const next = store.commit([operation(set, "next", "1")]);
    await expect(failed).rejects.toEqual(failsWith("COMMIT_FAILED"));
    await next;
    expect(await store.all(among, keyList(["half", "next", "taken"]))).toEqual([{ key: "next" }, { key: "taken" }]);
  });

  it("comes after those that were handed over before it", async () => {
    await using store = await SqliteStore.open(path);
    await Promise.all(Array.from({ length: 50 }, (_, i) => store.commit([operation(set, "last", String(i))])));
    expect(await store.get(valueOf, "last")).toEqual({ value: "49" });
  });

  it("fails whole, and for good, where a fence finds that another process has taken over", async () => {
    await using store = await SqliteStore.open(path);
    const failures: string[] = [];
    store.onFailure(({ code }) => failures.push(code));
    await store.commit([operation(set, "mine", "1")]);
    await store.commit([operation(setFenced, "mine", "2")]);
    await expect(store.commit([operation(set, "mine", "3"), operation(setFenced, "theirs", "4")])).rejects.toEqual(failsWith("FENCED"));
    expect(await store.get(valueOf, "mine")).toEqual({ value: "2" });
    expect(failures).toEqual(["FENCED"]);
  });
});

it("finds the keys of a list, whatever characters they have", async () => {
  await using store = await SqliteStore.open(path);
  const keys = ["'", '"', "a,b", "é😀", ""].toSorted();
  await store.commit(keys.map((key) => operation(set, key, "1")));
  const found = await store.all(among, keyList([...keys, "missing"]));
  expect(found.map(({ key }) => key).toSorted()).toEqual(keys);
  expect(await store.all(among, keyList([]))).toEqual([]);
});

it("answers nothing after it is closed, and is closed as often as one likes", async () => {
  const store = await SqliteStore.open(path);
  await store.commit([operation(set, "a", "1")]);
  await Promise.all([store[Symbol.asyncDispose](), store[Symbol.asyncDispose]()]);
  await expect(store.get(valueOf, "a")).rejects.toEqual(failsWith("CLOSED"));
  await expect(store.all(valueOf, "other")).rejects.toEqual(failsWith("CLOSED"));
  await expect(store.commit([operation(set, "a", "2")])).rejects.toBeInstanceOf(StoreError);
});
