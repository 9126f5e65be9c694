import { DatabaseSync } from "node:sqlite";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sealedCoding, secretBytes } from "../stores/sealed-coding.ts";
import { nativeCiphers } from "./native-ciphers.ts";
import { PackedRows, packsSchema } from "./packed-rows.ts";
import { storeRowsSchema } from "./store-rows.ts";

const tables = ["rooms", "state"] as const;
const long = "x".repeat(9_000);

interface Batch {
  readonly isLarge: boolean;
  readonly reopens: boolean;
  readonly changes: readonly (readonly [table: string, key: number, value: number | undefined])[];
}

const batches = fc.array(
  fc.record<Batch>({
    isLarge: fc.boolean(),
    reopens: fc.boolean(),
    changes: fc.array(fc.tuple(fc.constantFrom(...tables), fc.nat(25), fc.option(fc.nat(), { nil: undefined })), { maxLength: 40 }),
  }),
  { maxLength: 12 },
);

function openRows(): { database: DatabaseSync; reopen: () => PackedRows } {
  const database = new DatabaseSync(":memory:");
  database.exec(storeRowsSchema);
  database.exec(packsSchema);
  const coding = sealedCoding(crypto.getRandomValues(new Uint8Array(secretBytes)), nativeCiphers);
  return { database, reopen: () => new PackedRows(database, coding) };
}

describe("rows that are sealed together", () => {
  it("are those that were written, whichever were written together", () => {
    fc.assert(
      fc.property(batches, (all) => {
        const { database, reopen } = openRows();
        let rows = reopen();
        const model = new Map(tables.map((table) => [table as string, new Map<string, unknown>()]));
        for (const { isLarge, reopens, changes } of all) {
          if (isLarge) rows.begin();
          for (const [table, number, n] of changes) {
            const key = `k${number}`;
            const value = n === undefined ? undefined : { n, text: n % 2 === 0 ? long : "" };
            if (value) rows.put(table, key, JSON.stringify(value));
            else rows.remove(table, key);
            if (value) model.get(table)?.set(key, value);
            else model.get(table)?.delete(key);
          }
          rows.end();
          if (reopens) rows = reopen();
          for (const [table, wanted] of model) {
            expect(Object.fromEntries(rows.all(table))).toEqual(Object.fromEntries(wanted));
            for (let key = 0; key <= 25; key += 1) expect(rows.get(table, `k${key}`)).toEqual(wanted.get(`k${key}`));
          }
          // Whatever a pack has for nothing is bounded, and nothing refers to one that is gone.
          const packs = database.prepare("SELECT id, size, live FROM pack").all();
          for (const { size, live } of packs) expect(Number(live) * 4).toBeGreaterThanOrEqual(Number(size));
          const references = database.prepare("SELECT count(*) AS n FROM entry WHERE length(value) = 8").get();
          expect(references?.["n"]).toBe(packs.reduce((sum, { live }) => sum + Number(live), 0));
        }
        database.close();
      }),
      { numRuns: 60 },
    );
  });

  it("take few rows of the database, and none once their keys have other values", () => {
    const { database, reopen } = openRows();
    const rows = reopen();
    rows.begin();
    for (let key = 0; key < 1_000; key += 1) rows.put("state", `k${key}`, JSON.stringify("x".repeat(300)));
    // One that is in a pack already.
    rows.put("state", "k0", "0");
    rows.end();
    expect(database.prepare("SELECT sum(live) AS n FROM pack").get()?.["n"]).toBe(1_000);
    const count = (): unknown => database.prepare("SELECT count(*) AS n FROM pack").get()?.["n"];
    expect(count()).toBe(10);
    for (let key = 0; key < 1_000; key += 1) rows.put("state", `k${key}`, "1");
    rows.end();
    expect(count()).toBe(0);
    expect(rows.all("state").size).toBe(1_000);
  });

  it("cannot be put in the place of others", () => {
    const { database, reopen } = openRows();
    const rows = reopen();
    for (const table of tables) {
      rows.begin();
      rows.put(table, "key", JSON.stringify(table));
      rows.end();
    }
    database.exec("UPDATE pack SET value = (SELECT value FROM pack WHERE tbl = 'rooms') WHERE tbl = 'state'");
    expect(rows.get("rooms", "key")).toBe("rooms");
    expect(() => rows.get("state", "key")).toThrow("damaged");
    expect(() => rows.all("state")).toThrow("damaged");
  });

  it("are left as they were where writing is given up", () => {
    const { database, reopen } = openRows();
    const rows = reopen();
    rows.put("state", "a", "1");
    database.exec("BEGIN");
    rows.begin();
    rows.put("state", "a", JSON.stringify(long.repeat(4)));
    rows.put("state", "b", "2");
    rows.abandon();
    database.exec("ROLLBACK");
    rows.put("state", "a", "3");
    rows.end();
    expect([...rows.all("state")]).toEqual([["a", 3]]);
  });
});
