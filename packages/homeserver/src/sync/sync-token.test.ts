import * as fc from "fast-check";
import { expect, it } from "vitest";
import { formatSyncToken, parseSyncToken } from "./sync-token.ts";

const counter = fc.integer({ min: 0, max: 2 ** 40 });

it("comes back from its text, over any number of shards", () => {
  fc.assert(
    fc.property(fc.array(counter, { minLength: 1, maxLength: 64 }), fc.integer({ min: 0, max: 2 ** 45 }), (positions, typing) => {
      expect(parseSyncToken(formatSyncToken({ positions, typing }))).toEqual({ positions, typing });
    }),
  );
});

it("is not read from any other text, and no text throws", () => {
  for (const text of ["", "s", "s_", "s1__2", "s1~", "s1~2~3", "t1", "S1", "s1 ", "s-1", "szzzzzzzzzzzz", `s${"1_".repeat(64)}1`])
    expect(parseSyncToken(text)).toBeUndefined();
  fc.assert(fc.property(fc.string(), (text) => text.startsWith("s") || parseSyncToken(text) === undefined));
});
