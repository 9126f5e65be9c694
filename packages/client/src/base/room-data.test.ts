import { expect, it } from "vitest";
import { isRoomMembership, textOf } from "./room-data.ts";

it("a membership is one of the five of the specification", () => {
  expect(["join", "invite", "knock", "leave", "ban"].every(isRoomMembership)).toBe(true);
  expect(["", "joined", "JOIN", null, undefined, 1].some(isRoomMembership)).toBe(false);
});

it("a member that should be a non-empty text is one, or nothing", () => {
  expect(textOf({ a: "b" }, "a")).toBe("b");
  for (const object of [{ a: "" }, { a: 1 }, {}, null, "a", undefined]) expect(textOf(object, "a")).toBeUndefined();
});
