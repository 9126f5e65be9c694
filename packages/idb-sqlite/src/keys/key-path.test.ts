import { describe, expect, it } from "vitest";
import { encodeKey } from "./encode-key.ts";
import { canInjectKey, evaluateKeyPath, extractIndexKeys, extractKey, injectKey, readKeyPath } from "./key-path.ts";

describe("a key path", () => {
  it.each(["", "a", "a.b", "$_.ünïcode", ["a", "b.c"], [""]])("is taken as it is: %o", (path) => {
    expect(readKeyPath(path)).toEqual(path);
  });

  it.each([" ", "a.", ".a", "a..b", "1a", "a b", [], ["a", "b c"]])("is refused if it is none: %o", (path) => {
    expect(() => readKeyPath(path)).toThrow(expect.objectContaining({ name: "SyntaxError" }));
  });

  it("leads through own members only", () => {
    expect(evaluateKeyPath({ a: { b: 1 } }, "a.b")).toBe(1);
    expect(evaluateKeyPath({ a: "text" }, "a.length")).toBe(4);
    expect(evaluateKeyPath({ a: [1, 2] }, "a.length")).toBe(2);
    expect(evaluateKeyPath({ a: 1, b: 2 }, ["b", "a"])).toEqual([2, 1]);
    expect(evaluateKeyPath({ a: 1 }, ["b", "a"])).toBeUndefined();
    for (const path of ["constructor", "toString", "__proto__", "a.constructor"]) expect(evaluateKeyPath({ a: 1 }, path)).toBeUndefined();
  });

  it("tells what is missing from what is no key", () => {
    expect(extractKey({}, "a")).toBeUndefined();
    expect(extractKey({ a: {} }, "a")).toBeNull();
    expect(extractKey({ a: 1 }, "a")).toEqual(encodeKey(1));
  });

  it("gives an index each valid item once, or nothing", () => {
    expect(extractIndexKeys({ a: [1, 1, {}, "x"] }, "a", true)).toEqual([encodeKey(1), encodeKey("x")]);
    expect(extractIndexKeys({ a: [1, {}] }, "a", false)).toEqual([]);
    expect(extractIndexKeys({ a: 3 }, "a", true)).toEqual([encodeKey(3)]);
    expect(extractIndexKeys({}, "a", true)).toEqual([]);
  });

  it("takes a generated key wherever there are objects, or can be", () => {
    expect(canInjectKey({}, "a.b")).toBe(true);
    expect(canInjectKey({ a: 1 }, "a.b")).toBe(false);
    expect(canInjectKey(1, "a")).toBe(false);
    const value = { a: {} };
    injectKey(value, "a.b.c", 7);
    expect(value).toEqual({ a: { b: { c: 7 } } });
    const special = {};
    injectKey(special, "__proto__.x", 1);
    expect(Object.getPrototypeOf(special)).toBe(Object.prototype);
    expect(Reflect.get({}, "x")).toBeUndefined();
  });
});
