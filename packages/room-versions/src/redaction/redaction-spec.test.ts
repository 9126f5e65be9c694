import { describe, expect, it } from "vitest";
import { getRoomVersionRules } from "../room-versions.ts";
import { redactContent } from "./redact-content.ts";
import { redactsOf } from "./redacts-of.ts";

const [v10, v11] = [getRoomVersionRules("10")!, getRoomVersionRules("11")!];

describe("the target of a redaction", () => {
  const redaction = { type: "m.room.redaction", redacts: "$top", content: { redacts: "$content" } };

  it("stands where the room version has it, and nowhere else", () => {
    expect([redactsOf(redaction, v10), redactsOf(redaction, v11)]).toEqual(["$top", "$content"]);
    expect(redactsOf({ ...redaction, redacts: "$a" }, v10)).toBe("$a");
    expect(redactsOf({ ...redaction, redacts: undefined }, v10)).toBeUndefined();
    expect(redactsOf({ ...redaction, content: {} }, v11)).toBeUndefined();
  });

  it("is none for other events, and for what is no event ID", () => {
    expect(redactsOf({ ...redaction, type: "m.room.message" }, v10)).toBeUndefined();
    for (const redacts of ["top", "$", 5, null, ["$top"]]) expect(redactsOf({ ...redaction, redacts }, v10)).toBeUndefined();
    expect(redactsOf({ type: "m.room.redaction", content: null }, v11)).toBeUndefined();
  });
});

describe("redacted contents", () => {
  it("keep what the room version keeps", () => {
    const member = { membership: "join", displayname: "A", third_party_invite: { signed: { a: 1 }, display_name: "B" } };
    expect(redactContent("m.room.member", member, v10)).toEqual({ membership: "join" });
    expect(redactContent("m.room.member", member, v11)).toEqual({ membership: "join", third_party_invite: { signed: { a: 1 } } });
    expect(redactContent("m.room.member", { third_party_invite: 5 }, v11)).toEqual({});
    const create = { room_version: "11", creator: "@a:b" };
    expect([redactContent("m.room.create", create, v10), redactContent("m.room.create", create, v11)]).toEqual([
      { creator: "@a:b" },
      create,
    ]);
    expect(redactContent("m.room.message", { body: "hi" }, v11)).toEqual({});
  });

  it("have nothing that was not there, nor what every object inherits", () => {
    expect(redactContent("m.room.member", {}, v11)).toStrictEqual({});
    expect(redactContent("m.room.member", { third_party_invite: {} }, v11)).toStrictEqual({ third_party_invite: {} });
    const inherited = Object.create({ membership: "join", third_party_invite: { signed: {} } }) as Record<string, unknown>;
    expect(redactContent("m.room.member", inherited, v11)).toStrictEqual({});
  });
});
