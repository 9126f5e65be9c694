import { assert, constantFrom, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import { keyList } from "../statement.ts";
import { decodeText, encodeText, encodeValue, types } from "./values.ts";

/** Texts in which the characters that are written in another way are frequent. */
const text = string({ unit: constantFrom("\0", "\u0001", "\u0002", "a", "é", "😀", "\uFFFF") });
const inBytes = (a: string, b: string): number => Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)));

describe("a text", () => {
  it("comes back as it was, and has no U+0000 on the way", () => {
    assert(
      property(text, (value) => {
        expect(decodeText(encodeText(value))).toBe(value);
        expect(encodeText(value)).not.toContain("\0");
      }),
    );
  });

  it("keeps its place among others", () => {
    assert(
      property(text, text, (a, b) => {
        expect(inBytes(encodeText(a), encodeText(b))).toBe(inBytes(a, b));
      }),
    );
  });
});

describe("a value", () => {
  it("is sent as text, as bytes, or as nothing", () => {
    expect([encodeValue(2 ** 53 - 1, false), encodeValue("a\0", false), encodeValue(null, false)]).toEqual([
      "9007199254740991",
      "a\u0001\u0001",
      null,
    ]);
    const bytes = new Uint8Array([0, 1, 2, 3]).subarray(1, 3);
    expect(encodeValue(bytes, false)).toEqual(Buffer.from([1, 2]));
  });

  it("is an array where it is a list of keys", () => {
    expect(encodeValue(keyList([1, -2]), true)).toBe("{1,-2}");
    expect(encodeValue(keyList(["a,b", '"', "\\", "", "NULL", "\0"]), true)).toBe('{"a,b","\\"","\\\\","","NULL","\u0001\u0001"}');
    expect(encodeValue(keyList([]), true)).toBe("{}");
  });

  it("is read by its type, and refused where it is no whole number that JavaScript has", () => {
    const [int8, bytea, other] = [20, 17, 25].map((oid) => types.getTypeParser(oid));
    expect([int8?.("-9007199254740991"), bytea?.("\\x00ff"), other?.("a\u0001\u0001")]).toEqual([
      -(2 ** 53) + 1,
      new Uint8Array([0, 255]),
      "a\0",
    ]);
    expect(() => int8?.("9007199254740992")).toThrow(expect.objectContaining({ code: "CORRUPT" }) as Error);
  });
});
