import * as fc from "fast-check";
import { expect, it } from "vitest";
import { formatSyncToken, parseSyncToken } from "./sync-token.ts";

const counter = fc.integer({ min: 0, max: 2 ** 40 });

const cut = fc.record({ positions: fc.array(counter, { minLength: 1, maxLength: 64 }), typing: fc.integer({ min: 0, max: 2 ** 45 }) });
const number = fc.oneof(counter, fc.constant(Number.MAX_SAFE_INTEGER));
const owed = fc.record({ since: fc.option(cut, { nil: undefined }), fullState: fc.boolean(), room: number, user: number });

it("comes back from its text, over any number of shards, with what is owed", () => {
  fc.assert(
    fc.property(cut, fc.option(owed, { nil: undefined }), (seen, rest) => {
      expect(parseSyncToken(formatSyncToken({ ...seen, owed: rest }))).toEqual(rest ? { ...seen, owed: rest } : seen);
    }),
  );
});

it("is not read from any other text, and no text throws", () => {
  for (const text of [
    "",
    "s",
    "s_",
    "s1__2",
    "s1~",
    "s1~2~3",
    "t1",
    "S1",
    "s1 ",
    "s-1",
    "s1-",
    "s1-2",
    "s1-2.3",
    "s1-2.3.4.5",
    "s1-~.3.4",
    "s1-2.3.4.f.f",
    "szzzzzzzzzzzz",
    `s${"1_".repeat(64)}1`,
  ])
    expect(parseSyncToken(text)).toBeUndefined();
  fc.assert(fc.property(fc.string(), (text) => text.startsWith("s") || parseSyncToken(text) === undefined));
});
