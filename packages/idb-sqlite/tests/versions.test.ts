/* oxlint-disable unicorn/prefer-add-event-listener -- programs that use IndexedDB set handlers */
// Opening, upgrading and deleting databases, and what other connections hear of it.
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openIndexedDB, type SqliteIndexedDB } from "@patrix/idb-sqlite";

let factory: SqliteIndexedDB;
beforeEach(() => {
  factory = openIndexedDB(":memory:");
});
afterEach(() => factory.close());

function open(version?: number, upgrade: (database: IDBDatabase, transaction: IDBTransaction) => void = () => {}): Promise<IDBDatabase> {
  const request = factory.open("base", version);
  request.onupgradeneeded = () => upgrade(request.result, request.transaction!);
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error as Error);
  });
}

describe("opening", () => {
  it("makes version 1 of what is not there, and takes the version that is", async () => {
    const first = await open();
    expect([first.version, [...first.objectStoreNames]]).toEqual([1, []]);
    expect(await factory.databases()).toEqual([{ name: "base", version: 1 }]);
    for (const version of [0, -1, 2 ** 53, NaN]) expect(() => factory.open("base", version)).toThrow(TypeError);
    first.close();
    (await open(7)).close();
    await expect(open(3)).rejects.toMatchObject({ name: "VersionError" });
    expect((await open()).version).toBe(7);
  });

  it("asks others to close, says that it is blocked, and goes on when they have closed", async () => {
    const log: string[] = [];
    const first = await open(1);
    const second = await open(1);
    first.onversionchange = ({ oldVersion, newVersion }) => {
      log.push(`asked ${oldVersion} ${newVersion}`);
      first.close();
    };
    const request = factory.open("base", 2);
    request.onblocked = ({ oldVersion, newVersion }) => {
      log.push(`blocked ${oldVersion} ${newVersion}`);
      second.close();
    };
    request.onupgradeneeded = () => log.push("upgrade");
    await once(request, "success");
    expect(log).toEqual(["asked 1 2", "blocked 1 2", "upgrade"]);
  });

  it("waits for the transactions of a connection that is closed", async () => {
    const first = await open(1, (database) => database.createObjectStore("a"));
    const transaction = first.transaction("a", "readwrite");
    transaction.objectStore("a").put(1, "k");
    first.close();
    const second = await open(2, (_, upgrade) => {
      upgrade.objectStore("a").get("k").onsuccess = ({ target }) => expect((target as IDBRequest).result).toBe(1);
    });
    expect(second.version).toBe(2);
  });
});

describe("an upgrade", () => {
  it("that is aborted leaves stores, indexes, names and the version as they were", async () => {
    const before = await open(1, (database) => {
      const store = database.createObjectStore("a");
      store.createIndex("x", "x");
      store.put({ x: 1 }, "k");
    });
    before.close();
    let handles: [IDBDatabase, IDBObjectStore, IDBIndex, IDBObjectStore] | undefined;
    const failed = open(2, (database, transaction) => {
      const store = transaction.objectStore("a");
      const index = store.index("x");
      index.name = "renamed";
      store.name = "b";
      store.createIndex("y", "y");
      const made = database.createObjectStore("c");
      expect([[...database.objectStoreNames], [...store.indexNames], index.name]).toEqual([["b", "c"], ["renamed", "y"], "renamed"]);
      store.clear();
      handles = [database, store, index, made];
      transaction.abort();
    });
    await expect(failed).rejects.toMatchObject({ name: "AbortError" });
    const [database, store, index, made] = handles!;
    expect([database.version, [...database.objectStoreNames], store.name, [...store.indexNames], index.name]).toEqual([
      1,
      ["a"],
      "a",
      ["x"],
      "x",
    ]);
    expect(() => made.index("z")).toThrow(expect.objectContaining({ name: "InvalidStateError" }));
    const after = await open();
    expect(after.version).toBe(1);
    const request = after.transaction("a").objectStore("a").index("x").getAllKeys();
    await once(request, "success");
    expect(request.result).toEqual(["k"]);
  });

  it("that is aborted while the database is made leaves none", async () => {
    await expect(open(1, (_, transaction) => transaction.abort())).rejects.toMatchObject({ name: "AbortError" });
    expect(await factory.databases()).toEqual([]);
  });

  it("makes entries for records that are there, and is aborted if they are not unique", async () => {
    const first = await open(1, (database) => {
      const store = database.createObjectStore("a", { keyPath: "id" });
      for (const id of [1, 2, 3]) store.add({ id, tags: ["t", `t${id}`, "t"], same: 0 });
      store.createIndex("tags", "tags", { multiEntry: true });
    });
    const request = first.transaction("a").objectStore("a").index("tags").getAllKeys("t");
    await once(request, "success");
    expect(request.result).toEqual([1, 2, 3]);
    first.close();
    const doubled = open(2, (_, transaction) => transaction.objectStore("a").createIndex("same", "same", { unique: true }));
    await expect(doubled).rejects.toMatchObject({ name: "AbortError" });
  });

  it("fails to open if its connection is closed meanwhile, but stays", async () => {
    await expect(open(3, (database) => database.close())).rejects.toMatchObject({ name: "AbortError" });
    expect(await factory.databases()).toEqual([{ name: "base", version: 3 }]);
  });

  it("takes names and key paths as they are, lone surrogates too", async () => {
    const name = "\ud800 'quoted\" \0 __proto__";
    const first = await open(1, (database) => {
      database.createObjectStore(name, { keyPath: "__proto__x.y" }).createIndex(name, ["a", "b"]);
      expect(() => database.createObjectStore("bad", { keyPath: "a b" })).toThrow(expect.objectContaining({ name: "SyntaxError" }));
      expect(() => database.createObjectStore("bad", { keyPath: "", autoIncrement: true })).toThrow(
        expect.objectContaining({ name: "InvalidAccessError" }),
      );
    });
    const store = first.transaction(name).objectStore(name);
    expect([store.name, store.keyPath, store.index(name).keyPath]).toEqual([name, "__proto__x.y", ["a", "b"]]);
  });
});

describe("deleting", () => {
  it("asks others to close, and leaves nothing behind", async () => {
    const first = await open(4, (database) => database.createObjectStore("a").createIndex("x", "x"));
    first.transaction("a", "readwrite").objectStore("a").put({ x: 1 }, "k");
    first.onversionchange = ({ newVersion }) => {
      expect(newVersion).toBeNull();
      first.close();
    };
    const request = factory.deleteDatabase("base");
    const [event] = (await once(request, "success")) as [IDBVersionChangeEvent];
    expect([event.oldVersion, event.newVersion, request.result]).toEqual([4, null, undefined]);
    expect(await factory.databases()).toEqual([]);
    const again = await open();
    expect([again.version, [...again.objectStoreNames]]).toEqual([1, []]);
  });

  it("of what is not there succeeds", async () => {
    const [event] = (await once(factory.deleteDatabase("nothing"), "success")) as [IDBVersionChangeEvent];
    expect(event.oldVersion).toBe(0);
  });
});
