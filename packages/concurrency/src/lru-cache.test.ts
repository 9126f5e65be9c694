import { describe, expect, it } from "vitest";
import { LruCache } from "./lru-cache.ts";

describe("the cache", () => {
  it("forgets the entry used longest ago when the limit is passed", () => {
    const cache = new LruCache<string, number>(3);
    for (const key of ["a", "b", "c"]) cache.set(key, 1);
    cache.get("a");
    cache.set("d", 1);
    expect(["a", "b", "c", "d"].map((key) => cache.get(key))).toEqual([1, undefined, 1, 1]);
    expect(cache.size).toBe(3);
  });

  it("removes what is of no use any more, and has the room for others", () => {
    const cache = new LruCache<string, number>(4);
    for (const [value, key] of ["a", "b", "c", "d"].entries()) cache.set(key, value);
    cache.sweep((value) => value % 2 === 0);
    for (const key of ["e", "f"]) cache.set(key, 5);
    expect(["a", "b", "c", "d", "e", "f"].filter((key) => cache.get(key) !== undefined)).toEqual(["b", "d", "e", "f"]);
  });

  it("spares an entry once for each time it is asked for, and comes to an end where all were", () => {
    const cache = new LruCache<string, number>(3);
    for (const key of ["a", "b", "c"]) cache.set(key, 1);
    for (const key of ["a", "b", "c"]) cache.get(key);
    cache.set("d", 1);
    cache.set("e", 1);
    expect(["a", "b", "c", "d", "e"].filter((key) => cache.get(key) !== undefined)).toEqual(["c", "d", "e"]);
  });

  it("counts weights, also of an entry that is set again or removed", () => {
    const cache = new LruCache<string, number>(10);
    cache.set("a", 1, 8);
    cache.set("a", 2, 4);
    cache.set("b", 1, 6);
    expect([cache.get("a"), cache.get("b")]).toEqual([2, 1]);
    cache.delete("a");
    cache.set("c", 1, 4);
    expect(cache.get("b")).toBe(1);
    cache.set("d", 1, 1);
    expect(cache.get("c")).toBeUndefined();
  });

  it("keeps the newest entry even if it is over the limit", () => {
    const cache = new LruCache<string, number>(2);
    cache.set("a", 1);
    cache.set("b", 1, 5);
    expect([cache.get("a"), cache.get("b")]).toEqual([undefined, 1]);
  });

  it("is empty after clearing, its weight too", () => {
    const cache = new LruCache<string, number>(2);
    cache.set("a", 1, 2);
    cache.clear();
    cache.set("b", 1);
    cache.set("c", 1);
    expect([cache.size, cache.get("b")]).toEqual([2, 1]);
  });
});
