import { describe, expect, it } from "vitest";
import { nearestName } from "./nearest-name.ts";

describe("the name that was probably meant", () => {
  it.each([
    ["server_nmae", "server_name"],
    ["PORT", "port"],
    ["prot", "port"],
    ["poort", "port"],
    ["prt", "port"],
    ["m.room.mesage", "m.room.message"],
  ])("is, for %s, %s", (written, meant) => {
    expect(nearestName(written, ["server_name", "port", "m.room.member", "m.room.message"])).toBe(meant);
  });

  it("is none where more than a third of the letters differ", () => {
    expect(nearestName("log", ["port"])).toBeUndefined();
    expect(nearestName("", ["a"])).toBeUndefined();
    expect(nearestName("abc", ["xbc"])).toBe("xbc");
    expect(nearestName("abc", ["xyc"])).toBeUndefined();
  });

  it("is the first of two that are equally near", () => {
    expect(nearestName("cart", ["card", "care"])).toBe("card");
  });

  it("is none for what nobody typed", () => {
    expect(nearestName("a".repeat(81), ["a".repeat(80)])).toBeUndefined();
    expect(nearestName("a".repeat(80), ["a".repeat(81)])).toBeUndefined();
  });
});
