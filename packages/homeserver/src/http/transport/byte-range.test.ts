import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isKnown, requestedRange } from "./byte-range.ts";

const ask = (range: string, ifRange?: string, size = 10) => requestedRange({ range, "if-range": ifRange }, size, '"tag"');

describe("a requested range", () => {
  it("is from one byte to another, to the end, or the last ones", () => {
    expect(ask("bytes=2-4")).toEqual({ start: 2, end: 4 });
    expect(ask("bytes=2-")).toEqual({ start: 2, end: 9 });
    expect(ask("Bytes = 9-99 ")).toEqual({ start: 9, end: 9 });
    expect(ask("bytes=-3")).toEqual({ start: 7, end: 9 });
    expect(ask("bytes=-30")).toEqual({ start: 0, end: 9 });
  });

  it("is all of it for several, for what is none, and for other content", () => {
    for (const range of ["bytes=0-1,3-4", "bytes=", "bytes=-", "bytes=a-b", "items=0-1", "bytes=5-4", "bytes=1.5-2", "bytes=0x1-2"])
      expect(ask(range)).toBeUndefined();
    for (const tag of ['"other"', 'W/"tag"', "Sun, 29 Nov 2026 00:00:00 GMT"]) expect(ask("bytes=0-1", tag)).toBeUndefined();
    expect(ask("bytes=0-1", '"tag"')).toEqual({ start: 0, end: 1 });
    expect(requestedRange({}, 10, '"tag"')).toBeUndefined();
  });

  it("is none where there is no such byte", () => {
    for (const range of ["bytes=10-", "bytes=10-20", "bytes=-0", "bytes=99999999999999999999-"]) expect(ask(range)).toBe("unsatisfiable");
    for (const range of ["bytes=0-", "bytes=-1"]) expect(ask(range, undefined, 0)).toBe("unsatisfiable");
  });

  it("always lies within the content", () => {
    const numbers = fc.oneof(fc.integer({ min: 0, max: 40 }).map(String), fc.constant(""));
    let found = 0;
    fc.assert(
      fc.property(numbers, numbers, fc.integer({ min: 0, max: 30 }), (first, last, size) => {
        const range = ask(`bytes=${first}-${last}`, undefined, size);
        if (typeof range !== "object") return true;
        found += 1;
        return range.start >= 0 && range.start <= range.end && range.end < size;
      }),
    );
    expect(found).toBeGreaterThan(20);
  });
});

it("content is known by its tag, among others, weak or any", () => {
  for (const tags of ['"tag"', 'W/"tag"', '"a", "tag"', "*"]) expect(isKnown(tags, '"tag"')).toBe(true);
  for (const tags of [undefined, "", '"a"', "tag"]) expect(isKnown(tags, '"tag"')).toBe(false);
});
