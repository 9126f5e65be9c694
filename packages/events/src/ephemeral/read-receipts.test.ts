import { describe, expect, it } from "vitest";
import { getReceiptsOf } from "./read-receipts.ts";

describe("getReceiptsOf", () => {
  it("lists what a user has read, by type and thread", () => {
    const content = {
      $e: { "m.read": { "@a:x": { ts: 5, thread_id: "main" }, "@b:x": {} } },
      $f: { "m.read.private": { "@a:x": { ts: 6 } } },
    };
    expect(getReceiptsOf(content, "@a:x")).toEqual([
      { type: "m.read", userId: "@a:x", eventId: "$e", ts: 5, threadId: "main" },
      { type: "m.read.private", userId: "@a:x", eventId: "$f", ts: 6, threadId: undefined },
    ]);
  });
});
