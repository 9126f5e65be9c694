import * as fc from "fast-check";
import { expect, it } from "vitest";
import { formatSyncToken, parseSyncToken } from "./sync-token.ts";

const counter = fc.integer({ min: 0, max: 2 ** 40 });

const cut = fc.record({ positions: fc.array(counter, { minLength: 1, maxLength: 64 }), ephemeral: fc.integer({ min: 0, max: 2 ** 45 }) });
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
    "p",
    "p_",
    "p1__2",
    "p1~",
    "p1~2~3",
    "q1",
    "P1",
    "p1 ",
    "p-1",
    "p1-",
    "p1-2",
    "p1-2.3",
    "p1-2.3.4.5",
    "p1-~.3.4",
    "p1-2.3.4.f.f",
    "pzzzzzzzzzzzz",
    `p${"1_".repeat(64)}1`,
  ])
    expect(parseSyncToken(text)).toBeUndefined();
  fc.assert(fc.property(fc.string(), (text) => text.startsWith("p") || parseSyncToken(text) === undefined));
});
