import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { migrations, statementsFor } from "../schema.ts";
import { migrate, openDatabase } from "./open-database.ts";

let folder = "";
let path = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "patrix-database-"));
  path = join(folder, "a.db");
});
afterEach(() => rm(folder, { recursive: true }));

/** Of the statements of each step but the newest, which may still be in the making. */
const HASHES: Readonly<Record<number, string>> = {
  1: "d3eeae655726db29",
  2: "a7132d938fa8364f",
  3: "8d5364e3c3cdfcea",
  4: "90d08e3d727118ca",
  5: "dd8723a5dd6443fd",
  6: "66c8b3286bc08a63",
  7: "8b90da616ee5bab7",
};

const newest = migrations.at(-1)?.version ?? 0;
const pragma = (database: DatabaseSync, name: string): unknown => Object.values(database.prepare(`pragma ${name}`).get() ?? {})[0];
const tables = (database: DatabaseSync): unknown[] =>
  database
    .prepare("select sql from sqlite_schema where sql is not null order by name")
    .all()
    .map((row) => row["sql"]);

/** A database with the schema of an earlier release. */
function older(version: number): DatabaseSync {
  const database = new DatabaseSync(":memory:");
  for (const step of migrations.filter((each) => each.version <= version))
    for (const sql of statementsFor("sqlite", step)) database.exec(sql);
  database.exec(`pragma user_version = ${version}`);
  return database;
}

describe("a connection", () => {
  it("writes ahead and syncs in full, and one for reading writes nothing", () => {
    using writing = openDatabase(path);
    migrate(writing);
    expect([pragma(writing, "journal_mode"), pragma(writing, "synchronous")]).toEqual(["wal", 2]);
    using reading = openDatabase(path, true);
    expect([pragma(reading, "synchronous"), pragma(reading, "cache_size"), pragma(writing, "cache_size")]).toEqual([2, -32_768, -16_384]);
    expect(() => reading.exec("create table a (b)")).toThrow(/readonly/);
  });
});

describe("the schema", () => {
  it("is the newest after it is brought up to date, from every earlier one, and stays so", () => {
    using fresh = new DatabaseSync(":memory:");
    migrate(fresh);
    expect(pragma(fresh, "user_version")).toBe(newest);
    for (const { version } of migrations) {
      using database = older(version);
      migrate(database);
      migrate(database);
      expect([version, pragma(database, "user_version"), tables(database)]).toEqual([version, newest, tables(fresh)]);
    }
  });

  it("has the steps of earlier versions as they were: who has taken one does not take it again", () => {
    const hashes = migrations
      .slice(0, -1)
      .map(({ version, statements }) => [version, createHash("sha256").update(JSON.stringify(statements)).digest("hex").slice(0, 16)]);
    expect(Object.fromEntries(hashes)).toEqual(HASHES);
  });

  it("of a newer release is refused, and left as it is", () => {
    using database = older(newest);
    database.exec(`pragma user_version = ${newest + 1}`);
    expect(() => migrate(database)).toThrow(expect.objectContaining({ name: "StoreError", code: "SCHEMA_TOO_NEW" }) as Error);
    expect(pragma(database, "user_version")).toBe(newest + 1);
  });

  it("is left as it was by a step that fails", () => {
    using database = new DatabaseSync(":memory:");
    // The last statement of the first step finds its place taken.
    const [first] = migrations;
    const last = /create (?:unique )?(?:table|index) (\w+)/.exec((first && statementsFor("sqlite", first).at(-1)) ?? "")?.[1] ?? "";
    database.exec(`create table ${last} (a)`);
    const before = tables(database);
    expect(() => migrate(database)).toThrow(expect.objectContaining({ name: "StoreError", code: "MIGRATION_FAILED" }) as Error);
    expect([tables(database), pragma(database, "user_version"), database.isTransaction]).toEqual([before, 0, false]);
  });
});
