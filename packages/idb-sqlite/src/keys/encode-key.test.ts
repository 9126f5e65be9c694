import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeKey } from "./decode-key.ts";
import { compareKeys, encodeKey } from "./encode-key.ts";

const scalar = fc.oneof(
  fc.double({ noNaN: true }),
  fc.date({ noInvalidDate: true }),
  fc.string({ unit: "binary" }),
  fc.constantFrom("\0", "a\0", "\u007e", "\u007f", "\u0080", "\u407e", "\u407f", "\ud800", "\uffff"),
  fc.uint8Array({ maxLength: 4 }).map((bytes) => bytes.buffer),
);
const { key } = fc.letrec((tie) => ({
  key: fc.oneof({ maxDepth: 3 }, scalar, fc.array(tie("key"), { maxLength: 3 })),
}));

const rank = (value: unknown): number => {
  if (typeof value === "number") return 0;
  if (value instanceof Date) return 1;
  if (typeof value === "string") return 2;
  return value instanceof ArrayBuffer ? 3 : 4;
};

/** The order of the specification, word by word. */
function compare(one: unknown, other: unknown): number {
  if (rank(one) !== rank(other)) return rank(one) - rank(other);
  const items = (value: unknown): readonly unknown[] | undefined => {
    if (Array.isArray(value)) return value;
    return value instanceof ArrayBuffer ? [...new Uint8Array(value)] : undefined;
  };
  const [left, right] = [items(one), items(other)];
  if (!left || !right) {
    const [a, b] = [one, other].map((value) => (value instanceof Date ? value.getTime() : value)) as [number, number];
    if (a === b) return 0;
    return a < b ? -1 : 1;
  }
  for (const [at, item] of left.entries()) {
    if (at >= right.length) return 1;
    const order = compare(item, right[at]);
    if (order !== 0) return order;
  }
  return left.length === right.length ? 0 : -1;
}

describe("an encoded key", () => {
  it("compares byte by byte as the key does", () => {
    fc.assert(
      fc.property(key, key, (one, other) => {
        expect(compareKeys(encodeKey(one)!, encodeKey(other)!)).toBe(Math.sign(compare(one, other)));
      }),
      { numRuns: 2000 },
    );
  });

  it("is decoded to an equal key", () => {
    fc.assert(
      fc.property(key, (one) => {
        expect(compare(decodeKey(encodeKey(one)!), one)).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });

  it("takes a byte for each letter of plain text", () => {
    expect(encodeKey("room key")).toHaveLength("room key".length + 2);
  });
});

describe("what is no key", () => {
  const cyclic: unknown[] = [1];
  cyclic.push(cyclic);

  it.each([NaN, new Date(NaN), undefined, null, true, {}, 1n, Symbol("s"), [1, undefined], Array(1), cyclic, new Map()])(
    "has no encoding: %o",
    (value) => {
      expect(encodeKey(value)).toBeUndefined();
    },
  );

  it("is memory that has gone elsewhere", () => {
    const detached = new ArrayBuffer(1);
    structuredClone(detached, { transfer: [detached] });
    expect(encodeKey(detached)).toBeUndefined();
  });

  it("is not an array that has the same item twice", () => {
    const item = [1];
    expect(encodeKey([item, item])).toBeDefined();
  });
});
