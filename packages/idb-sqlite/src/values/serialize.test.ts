import { createSecretKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import { deserializeValue, serializeValue } from "./serialize.ts";

const clone = (value: unknown): unknown => deserializeValue(serializeValue(value));

describe("a stored value", () => {
  it("comes back as structured clones do", () => {
    const value = {
      primitives: [1, -0, NaN, 10n ** 30n, "text \ud800", true, null, undefined],
      objects: [new Date(5), /x/giu, new Map([[{ k: 1 }, new Set([1])]]), new Error("broken"), new Boolean(false), new String("s")],
      sparse: Object.assign([1], { length: 3 }),
      own: JSON.parse('{"__proto__": {"polluted": true}}') as unknown,
    };
    expect(clone(value)).toEqual(value);
    expect(Object.is((clone(value) as typeof value).primitives[1], -0)).toBe(true);
    expect(Reflect.get({}, "polluted")).toBeUndefined();
    const cyclic: Record<string, unknown> = {};
    cyclic["self"] = cyclic;
    const back = clone(cyclic) as typeof cyclic;
    expect(back["self"]).toBe(back);
  });

  it.each([
    new Uint8Array([1, 2]),
    new Int8Array([-1]),
    new Uint8ClampedArray([3]),
    new Uint16Array([1, 65_535]),
    new Int16Array([-2]),
    new Uint32Array([7]),
    new Int32Array([-7]),
    new Float32Array([0.5]),
    new Float64Array([Math.PI]),
    new BigInt64Array([-1n]),
    new BigUint64Array([2n ** 64n - 1n]),
    new DataView(new Uint8Array([1, 2, 3]).buffer, 1),
    new Uint8Array(),
  ])("keeps the kind and the bytes of a view: %o", (view) => {
    const back = clone(view) as typeof view;
    expect(back).toBeInstanceOf(view.constructor);
    expect(Buffer.from(back.buffer, back.byteOffset, back.byteLength)).toEqual(Buffer.from(view.buffer, view.byteOffset, view.byteLength));
  });

  it("has nothing of the memory around a buffer of Node, and is a plain array of bytes", () => {
    const pooled = Buffer.from("mine");
    expect(pooled.buffer.byteLength).toBeGreaterThan(pooled.length);
    const back = clone(pooled) as Uint8Array;
    expect(Object.getPrototypeOf(back)).toBe(Uint8Array.prototype);
    expect(back.buffer.byteLength).toBe(4);
    expect(serializeValue(pooled).byteLength).toBeLessThan(16);
  });

  it.each([
    () => {},
    Symbol("s"),
    { deep: [() => {}] },
    new Blob(["x"]),
    { file: [new Blob(["x"])] },
    createSecretKey(new Uint8Array(1)),
    new WeakMap(),
    new SharedArrayBuffer(1),
    new Uint8Array(new SharedArrayBuffer(1)),
  ])("is refused if it cannot be cloned: %o", (value) => {
    expect(() => serializeValue(value)).toThrow(expect.objectContaining({ name: "DataCloneError" }));
  });

  it("passes on what a getter throws", () => {
    const thrown = new Error("from a getter");
    const value = {
      get trap(): never {
        throw thrown;
      },
    };
    expect(() => serializeValue(value)).toThrow(thrown);
  });
});
