import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  counterOf,
  formatVector,
  isAtOrAfter,
  isCovered,
  lastCovered,
  MAX_SHARDS,
  parseVector,
  position,
  type PositionVector,
  shardOf,
} from "./position.ts";

const MAX_COUNTER = Math.floor(Number.MAX_SAFE_INTEGER / MAX_SHARDS);
const counter = fc.oneof(fc.nat(5), fc.integer({ min: 0, max: MAX_COUNTER }));
const shard = fc.nat(MAX_SHARDS - 1);
const vector = fc.array(counter, { minLength: 1, maxLength: MAX_SHARDS });
const smallVector = fc.array(fc.nat(3), { minLength: 3, maxLength: 3 });

/** The facts of three shards that a cut covers, of those with the first counters. */
function covered(cut: PositionVector): number[] {
  return [0, 1, 2].flatMap((of) => [1, 2, 3].map((count) => position(count, of))).filter((pos) => isCovered(cut, pos));
}

describe("a position", () => {
  it("holds the counter and the shard that it was made of", () => {
    fc.assert(
      fc.property(counter, shard, (count, of) => {
        const pos = position(count, of);
        expect([counterOf(pos), shardOf(pos), Number.isSafeInteger(pos)]).toEqual([count, of, true]);
      }),
    );
  });

  it("is covered by a cut up to the last one of its shard that the cut covers", () => {
    fc.assert(
      fc.property(vector, counter, shard, (cut, count, of) => {
        const pos = position(count, of);
        expect(isCovered(cut, pos)).toBe(pos <= lastCovered(cut, of));
        expect(isCovered(cut, lastCovered(cut, of))).toBe(true);
      }),
    );
  });
});

it("has a cut at or after another one when it covers everything that the other one does", () => {
  fc.assert(
    fc.property(smallVector, smallVector, (a, b) => {
      const inA = new Set(covered(a));
      expect(isAtOrAfter(a, b)).toBe(covered(b).every((pos) => inA.has(pos)));
    }),
  );
});

it("takes a shard that a cut does not name as one that has got nowhere", () => {
  expect([isCovered([5], position(1, 1)), lastCovered([5], 1), isAtOrAfter([5], [5, 1]), isAtOrAfter([5], [5, 0])]).toEqual([
    false,
    1,
    false,
    true,
  ]);
});

describe("the text of a cut", () => {
  it("is read as the cut that it was written from", () => {
    fc.assert(
      fc.property(vector, (cut) => {
        expect(parseVector(formatVector(cut))).toEqual(cut);
      }),
    );
  });

  it("is nothing but base-36 counters, of 64 shards at most, whose positions are exact", () => {
    const tooMany = Array.from({ length: MAX_SHARDS + 1 }, () => "1").join("_");
    for (const text of [
      "",
      "_",
      "1_",
      "_1",
      "1__2",
      "A",
      "-1",
      "1.5",
      " 1",
      "1\n",
      tooMany,
      (MAX_COUNTER + 1).toString(36),
      "z".repeat(12),
    ])
      expect([text, parseVector(text)]).toEqual([text, undefined]);
    expect(parseVector(MAX_COUNTER.toString(36))).toEqual([MAX_COUNTER]);
  });

  it("is refused or read, never more, whatever comes in", () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-z_]{1,40}$/));
    fc.assert(
      fc.property(text, (input) => {
        const cut = parseVector(input);
        if (cut) expect(parseVector(formatVector(cut))).toEqual(cut);
      }),
    );
  });
});
