import { expect, it } from "vitest";
import { readAtMost, type ReadPiece } from "./read-at-most.ts";

/** Pieces of some sizes, and how often they were asked for. */
function pieces(...sizes: number[]): { readonly read: ReadPiece; asked: number } {
  const source = {
    asked: 0,
    read: async () => {
      const size = sizes[source.asked++];
      return size === undefined ? { done: true } : { done: false, value: new Uint8Array(size).fill(source.asked) };
    },
  };
  return source;
}

it("joins the pieces of a body that is as large as it may be", async () => {
  expect(await readAtMost(pieces(1, 0, 2).read, 3)).toEqual(new Uint8Array([1, 3, 3]));
  expect(await readAtMost(pieces().read, 0)).toEqual(new Uint8Array());
});

it("reads no further than the piece with which there is too much", async () => {
  const source = pieces(2, 2, 2, 2);
  expect([await readAtMost(source.read, 3), source.asked]).toEqual([undefined, 2]);
  const announced = pieces(1, 1);
  expect([await readAtMost(announced.read, -1), announced.asked]).toEqual([undefined, 1]);
});

it("passes on what ends a body before its time", async () => {
  await expect(readAtMost(() => Promise.reject(new Error("cut off")), 3)).rejects.toThrow("cut off");
});
