import { describe, expect, it } from "vitest";
import { directRoomsOf, directUsersOf, withDirectRoom, withoutDirectRoom } from "./direct-rooms.ts";

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
