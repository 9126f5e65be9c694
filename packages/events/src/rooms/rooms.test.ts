import { describe, expect, it } from "vitest";
import { directRoomsOf, directUsersOf, withDirectRoom, withoutDirectRoom } from "./direct-rooms.ts";
import { getReceiptsOf } from "./read-receipts.ts";
import { formatRoomDisplayName, memberDisplayName, roomDisplayName } from "./room-display-name.ts";

describe("roomDisplayName", () => {
  const name = (heroes: string[], joinedCount: number, invitedCount = 0): string =>
    formatRoomDisplayName(roomDisplayName({ heroes, joinedCount, invitedCount }));

  it("prefers the name, then the alias, and skips empty ones", () => {
    const source = { heroes: ["Alice"], joinedCount: 2, invitedCount: 0 };
    expect(roomDisplayName({ ...source, name: "Tea", alias: "#tea:x" })).toEqual({ kind: "name", text: "Tea" });
    expect(roomDisplayName({ ...source, name: "", alias: "#tea:x" })).toEqual({ kind: "alias", text: "#tea:x" });
    expect(roomDisplayName({ ...source, name: "", alias: "" }).kind).toBe("members");
  });

  it("names the heroes and counts the others", () => {
    expect(name(["Alice"], 2)).toBe("Alice");
    expect(name(["Alice", "Bob"], 2, 1)).toBe("Alice and Bob");
    expect(name(["Alice", "Bob", "Charlie"], 4)).toBe("Alice, Bob, and Charlie");
    expect(name(["Alice", "Bob"], 1237)).toBe("Alice, Bob, and 1234 others");
    expect(name(["Alice"], 3)).toBe("Alice and 1 other");
    expect(name([], 4)).toBe("4 members");
  });

  it("says that nobody else is there", () => {
    expect([name([], 1), name(["Alice"], 1), name([], 0)]).toEqual(["Empty Room", "Empty Room (was Alice)", "Empty Room"]);
  });

  it("tells apart members of the same name", () => {
    expect([memberDisplayName("@a:x", "A", false), memberDisplayName("@a:x", "A", true)]).toEqual(["A", "A (@a:x)"]);
    expect([memberDisplayName("@a:x", "", true), memberDisplayName("@a:x", null, false)]).toEqual(["@a:x", "@a:x"]);
  });
});

describe("direct rooms", () => {
  const content = { "@a:x": ["!1", "!2"], "@b:x": ["!2"] } as const;
  const own = { "@a:x": [...content["@a:x"]], "@b:x": [...content["@b:x"]] };

  it("are found by user and by room", () => {
    expect(directRoomsOf(own, "@a:x")).toEqual(["!1", "!2"]);
    expect(directRoomsOf(own, "@c:x")).toEqual([]);
    expect(directUsersOf(own, "!2")).toEqual(["@a:x", "@b:x"]);
  });

  it("are read from what is malformed without trust in it", () => {
    const odd = { "@a:x": "!1", "@b:x": ["!1", 5, "x", null], other: ["!1"], "@c:x": null };
    expect([directRoomsOf(odd, "@a:x"), directRoomsOf(odd, "@b:x"), directRoomsOf(odd, "@c:x")]).toEqual([[], ["!1"], []]);
    expect(directUsersOf(odd, "!1")).toEqual(["@b:x"]);
    expect(withDirectRoom(odd, "@a:x", "!2")).toEqual({ ...odd, "@a:x": ["!2"] });
  });

  it("are added once and removed everywhere, without touching the content", () => {
    expect(withDirectRoom(own, "@b:x", "!3")).toEqual({ "@a:x": ["!1", "!2"], "@b:x": ["!2", "!3"] });
    expect(withDirectRoom(own, "@b:x", "!2")).toBe(own);
    expect(withoutDirectRoom(own, "!2")).toEqual({ "@a:x": ["!1"] });
    expect(own).toEqual(content);
  });
});

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
