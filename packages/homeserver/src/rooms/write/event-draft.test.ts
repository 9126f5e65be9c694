import { getRoomVersionRules, type RoomVersionRules } from "@patrix/room-versions";
import { describe, expect, it } from "vitest";
import { type EventDraft, prepareDraft } from "./event-draft.ts";

const sender = "@alice:example.org";
const bob = "@bob:example.org";
const message: EventDraft = { type: "m.room.message", sender, content: { body: "hello" } };
const redaction: EventDraft = { type: "m.room.redaction", sender, content: { reason: "spam" }, redacts: "$event" };

function rulesOf(version: string): RoomVersionRules {
  const rules = getRoomVersionRules(version);
  if (!rules) throw new Error(`there is no room version ${version}`);
  return rules;
}

describe("the event that a redaction names", () => {
  it("is part of the content from room version 11 on, whatever the content said", () => {
    const claimed = { ...redaction, content: { reason: "spam", redacts: "$other" } };
    expect(prepareDraft(claimed, rulesOf("11")).content).toEqual({ reason: "spam", redacts: "$event" });
  });

  it("is not part of the content before", () => {
    const { content, redacts } = prepareDraft(redaction, rulesOf("10"));
    expect([content, redacts]).toEqual([{ reason: "spam" }, "$event"]);
  });

  it.each(["10", "11"])("must be named, beside the content, in version %s", (version) => {
    const nameless = { ...redaction, redacts: undefined, content: { redacts: "$event" } };
    expect(() => prepareDraft(nameless, rulesOf(version))).toThrow(expect.objectContaining({ code: "INVALID_EVENT" }));
  });
});

describe("the state that decides about a draft", () => {
  it("is the room, the levels and the sender for a message, and no create event where the room is named by it", () => {
    const keys = [
      ["m.room.power_levels", ""],
      ["m.room.member", sender],
    ];
    expect(prepareDraft(message, rulesOf("12")).authKeys).toEqual(expect.arrayContaining(keys));
    expect(prepareDraft(message, rulesOf("12")).authKeys).not.toContainEqual(["m.room.create", ""]);
    expect(prepareDraft(message, rulesOf("11")).authKeys).toContainEqual(["m.room.create", ""]);
  });

  it("is also the target and the join rules for an invite", () => {
    const invite = { type: "m.room.member", stateKey: bob, sender, content: { membership: "invite" } };
    const keys = [
      ["m.room.member", bob],
      ["m.room.join_rules", ""],
    ];
    expect(prepareDraft(invite, rulesOf("11")).authKeys).toEqual(expect.arrayContaining(keys));
  });
});

describe.each(["type", "stateKey"] as const)("the %s of a draft", (key) => {
  const draftWith = (value: string) => () => prepareDraft({ ...message, [key]: value }, rulesOf("11"));

  it("has at most 255 bytes, which are not characters", () => {
    expect(draftWith("x".repeat(255))).not.toThrow();
    expect(draftWith("é".repeat(127) + "x")).not.toThrow();
    expect(draftWith("x".repeat(256))).toThrow(expect.objectContaining({ code: "EVENT_TOO_LARGE" }));
    expect(draftWith("é".repeat(128))).toThrow(expect.objectContaining({ code: "EVENT_TOO_LARGE" }));
  });

  it("has no lone surrogate", () => {
    expect(draftWith("a😀b")).not.toThrow();
    for (const lone of ["\ud83d", "a\ude00b"]) expect(draftWith(lone)).toThrow(expect.objectContaining({ code: "INVALID_EVENT" }));
  });
});
