import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatPropertyPath, getProperty, parsePropertyPath } from "./property-path.ts";

describe("property paths", () => {
  test("come back after formatting", () => {
    const name = fc.string({ unit: fc.constantFrom(".", "\\", "a", "é") });
    fc.assert(
      fc.property(fc.array(name, { minLength: 1 }), (names) => {
        expect(parsePropertyPath(formatPropertyPath(names))).toEqual(names);
      }),
    );
  });

  test("keep backslashes that escape nothing", () => {
    expect(parsePropertyPath("a\\")).toEqual(["a\\"]);
    expect(parsePropertyPath("a\\x.b")).toEqual(["a\\x", "b"]);
  });
});

describe("getProperty", () => {
  test("finds own properties of objects only", () => {
    expect(getProperty({ a: { "b.c": 1 } }, ["a", "b.c"])).toBe(1);
    expect(getProperty({ a: null }, ["a"])).toBeNull();
    for (const path of [["a", "0"], ["a", "length"], ["b", "length"], ["toString"], ["__proto__"], ["c", "d", "e"]]) {
      expect(getProperty({ a: ["x"], b: "text", c: {} }, path)).toBeUndefined();
    }
    expect(getProperty(JSON.parse('{"__proto__":{"a":1}}'), ["__proto__", "a"])).toBe(1);
  });
});
