import { describe, expect, it } from "vitest";
import { SearchError } from "./errors.ts";
import { formatSearchToken, parseSearchToken, requestDigest, type SearchPlace } from "./search-token.ts";

const digest = requestDigest(1, { search_term: "a" });

describe("a token of results", () => {
  it.each<SearchPlace>([
    { before: 64, count: 0, last: undefined, group: undefined },
    { before: 128, count: 3, last: { rank: 0.25, nid: 64 }, group: { key: "room_id", value: "!a:x" } },
    { before: 128, count: 3, last: { rank: 0, nid: 0 }, group: { key: "sender", value: "@a:x" } },
  ])("comes back as it was: %j", (place) => expect(parseSearchToken(digest, formatSearchToken(digest, place))).toEqual(place));

  it.each(["", "x", "e30", "bnVsbA", Buffer.from(JSON.stringify([digest, "1", 2])).toString("base64url")])(
    "is refused where it is none: %j",
    (token) => expect(() => parseSearchToken(digest, token)).toThrow(SearchError),
  );

  it("is good for the same user and request alone", () => {
    const token = formatSearchToken(digest, { before: 64, count: 0, last: undefined, group: undefined });
    for (const other of [requestDigest(2, { search_term: "a" }), requestDigest(1, { search_term: "b" })])
      expect(() => parseSearchToken(other, token)).toThrow(expect.objectContaining({ code: "INVALID_TOKEN" }) as Error);
  });
});
