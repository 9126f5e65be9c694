// Several files behind one global, as programs with several accounts need it.
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { createMounts, installIndexedDB, keyRange, openIndexedDB } from "@patrix/idb-sqlite";

const factories = [openIndexedDB(":memory:"), openIndexedDB(":memory:")] as const;
let uninstall: (() => void) | undefined;
afterEach(() => {
  uninstall?.();
  uninstall = undefined;
});

describe("mounts", () => {
  it("give each database to the file with the longest prefix, and refuse what none has", async () => {
    const mounts = createMounts();
    const unmount = mounts.mount("alice", factories[0]);
    mounts.mount("alice:other", factories[1]);
    expect(() => mounts.mount("alice", factories[1])).toThrow(expect.objectContaining({ code: "ALREADY_MOUNTED" }));
    for (const name of ["alice:keys", "alice:other:keys"]) {
      const request = mounts.open(name);
      await once(request, "success");
      request.result.close();
    }
    expect(await factories[0].databases()).toEqual([{ name: "alice:keys", version: 1 }]);
    expect(await factories[1].databases()).toEqual([{ name: "alice:other:keys", version: 1 }]);
    expect(await mounts.databases()).toHaveLength(2);
    await once(mounts.deleteDatabase("alice:other:keys"), "success");
    expect(await factories[1].databases()).toEqual([]);
    expect(mounts.cmp([1], [2])).toBe(-1);
    unmount();
    expect(() => mounts.open("alice:keys")).toThrow(expect.objectContaining({ code: "NOT_MOUNTED" }));
  });
});

describe("the global indexedDB", () => {
  it("comes with its interfaces, is installed once, and goes again", async () => {
    uninstall = installIndexedDB(factories[0]);
    expect(() => installIndexedDB(factories[1])).toThrow(expect.objectContaining({ code: "GLOBAL_IN_USE" }));
    const request = indexedDB.open("global");
    await once(request, "success");
    expect(request).toBeInstanceOf(IDBOpenDBRequest);
    expect(request).toBeInstanceOf(IDBRequest);
    expect(request.result).toBeInstanceOf(IDBDatabase);
    expect(Object.prototype.toString.call(request.result)).toBe("[object IDBDatabase]");
    expect(IDBKeyRange.bound(1, 2).includes(2)).toBe(true);
    uninstall();
    expect(Reflect.get(globalThis, "indexedDB")).toBeUndefined();
    expect(Reflect.get(globalThis, "IDBDatabase")).toBeUndefined();
  });
});

describe("a key range", () => {
  it("has the bounds that it was given", () => {
    const range = keyRange.bound("a", [1], true, false);
    expect([range.lower, range.upper, range.lowerOpen, range.upperOpen]).toEqual(["a", [1], true, false]);
    expect([range.includes("a"), range.includes("b"), range.includes([1]), range.includes([1, 0])]).toEqual([false, true, true, false]);
    expect(() => keyRange.bound(2, 1)).toThrow(expect.objectContaining({ name: "DataError" }));
    expect(() => keyRange.only(NaN)).toThrow(expect.objectContaining({ name: "DataError" }));
  });
});
