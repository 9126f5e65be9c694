import { describe, expect, it } from "vitest";
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
