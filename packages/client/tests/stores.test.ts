/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { memoryStore } from "@patrix/client";
import { indexedDBStore } from "@patrix/client/browser";
import { sqliteStore } from "@patrix/client/node";
import { installIndexedDB, openIndexedDB } from "@patrix/idb-sqlite";
import { durableContract, storeContract, type StoreCase } from "./store-contract.ts";

const folder = mkdtempSync(join(tmpdir(), "patrix-store-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const path = (): string => join(folder, `${(files += 1)}.db`);

// The store of browsers is used here over IndexedDB in SQLite, and in a browser by tests/browser.
const uninstall = installIndexedDB(openIndexedDB(":memory:"));
afterAll(() => uninstall());

type Open = Parameters<StoreCase["run"]>[0];
const sqlite: Open = (place, options) => sqliteStore(join(folder, `${place}.db`), options);
const indexedDB: Open = (place, options) => indexedDBStore(place, options);
/** Places of their own, and a passphrase for each. */
const encrypted =
  (open: Open): Open =>
  (place) =>
    open(`${place}-encrypted`, { passphrase: "sesame" });
const kinds: [string, Open][] = [
  ["memory", () => memoryStore()],
  ["sqlite", sqlite],
  ["encrypted sqlite", encrypted(sqlite)],
  ["indexeddb", indexedDB],
  ["encrypted indexeddb", encrypted(indexedDB)],
];

describe.each(kinds)("a store: %s", (_, open) => {
  it.each(storeContract)("$title", ({ run }) => run(open));
});

describe.each<[string, Open]>([
  ["sqlite", sqlite],
  ["indexeddb", indexedDB],
])("a store that lasts: %s", (_, open) => {
  it.each(durableContract)("$title", ({ run }) => run(open));
});

describe("the SQLite store on an older Node", () => {
  it("says what it needs when it is used, and not when it is imported", async () => {
    const { getBuiltinModule } = process;
    process.getBuiltinModule = (() => undefined) as never;
    try {
      const store = sqliteStore(path());
      await expect(store.get("session", "current")).rejects.toMatchObject({
        code: "UNSUPPORTED_PLATFORM",
        message: expect.stringContaining("needs Node 22.13"),
      });
    } finally {
      process.getBuiltinModule = getBuiltinModule;
    }
  });
});

describe("the sqlite store", () => {
  it("is readable by its owner only", async () => {
    const file = path();
    {
      await using store = sqliteStore(file);
      await store.write([{ table: "sync", key: "token", value: "s1" }]);
    }
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  it("hides keys and values behind the passphrase", async () => {
    const file = path();
    {
      await using store = sqliteStore(file, { passphrase: "sesame" });
      await store.write([{ table: "session", key: "visible-key", value: "visible-value" }]);
    }
    expect(readFileSync(file, "latin1")).not.toContain("visible");
  });
});
