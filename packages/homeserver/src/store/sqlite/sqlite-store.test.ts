import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { StoreError } from "../errors.ts";
import { operation, query, write } from "../statement.ts";
import { SqliteStore } from "./sqlite-store.ts";

const set = write<[key: string, value: string]>(
  "set",
  `insert into meta (key, value) values (?1, ?2) on conflict (key) do update set value = excluded.value`,
);
const valueOf = query<[key: string], { readonly value: string }>("valueOf", `select value from meta where key = ?1`);
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
