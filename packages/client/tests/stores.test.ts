/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { memoryStore, type Store } from "@patrix/client";
import { sqliteStore } from "@patrix/client/node";

const folder = mkdtempSync(join(tmpdir(), "patrix-store-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const path = (): string => join(folder, `${(files += 1)}.db`);

const kinds: [string, () => Store][] = [
  ["memory", () => memoryStore()],
  ["sqlite", () => sqliteStore(path())],
  ["encrypted sqlite", () => sqliteStore(path(), { passphrase: "sesame" })],
];

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

describe.each(kinds)("a store: %s", (_, create) => {
  it("gives back what was written, table by table", async () => {
    await using store = create();
    await store.write([
      { table: "rooms", key: "!a", value: { n: 1, deep: [null, "✓"] } },
      { table: "state", key: "!a", value: "other" },
    ]);
    expect(await store.get("rooms", "!a")).toEqual({ n: 1, deep: [null, "✓"] });
    expect(await store.get("rooms", "!b")).toBeUndefined();
    expect([...(await store.all("state"))]).toEqual([["!a", "other"]]);
  });

  it("applies changes in order, and forgets", async () => {
    await using store = create();
    await store.write([
      { table: "rooms", key: "a", value: 1 },
      { table: "rooms", key: "a", value: 2 },
      { table: "rooms", key: "b", value: 1 },
      { table: "rooms", key: "b", value: undefined },
      { table: "rooms", key: "__proto__", value: 3 },
    ]);
    expect(new Map([...(await store.all("rooms"))].toSorted(([a], [b]) => (a < b ? -1 : 1)))).toEqual(
      new Map([
        ["__proto__", 3],
        ["a", 2],
      ]),
    );
  });

  it("changes nothing if one value is no JSON", async () => {
    await using store = create();
    const bad = { table: "rooms", key: "b", value: 1n } as const;
    await expect(store.write([{ table: "rooms", key: "a", value: 1 }, bad])).rejects.toThrow();
    expect((await store.all("rooms")).size).toBe(0);
  });
});

describe("the sqlite store", () => {
  it("outlives its process, and is readable by its owner only", async () => {
    const file = path();
    {
      await using store = sqliteStore(file);
      await store.write([{ table: "sync", key: "token", value: "s1" }]);
    }
    await using again = sqliteStore(file);
    expect(await again.get("sync", "token")).toBe("s1");
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  it("belongs to one at a time", async () => {
    const file = path();
    await using store = sqliteStore(file);
    await store.write([{ table: "sync", key: "token", value: "s1" }]);
    await expect(sqliteStore(file).get("sync", "token")).rejects.toMatchObject({ code: "STORE_IN_USE" });
  });

  it("hides keys and values behind the passphrase, and refuses another", async () => {
    const file = path();
    {
      await using store = sqliteStore(file, { passphrase: "sesame" });
      await store.write([{ table: "session", key: "visible-key", value: "visible-value" }]);
    }
    expect(readFileSync(file, "latin1")).not.toContain("visible");
    await expect(sqliteStore(file, { passphrase: "wrong" }).get("session", "x")).rejects.toMatchObject({ code: "WRONG_PASSPHRASE" });
    await expect(sqliteStore(file).get("session", "x")).rejects.toMatchObject({ code: "WRONG_PASSPHRASE" });
    await using store = sqliteStore(file, { passphrase: "sesame" });
    expect(await store.get("session", "visible-key")).toBe("visible-value");
  });
});
