import type { PushRule, Ruleset } from "@patrix/push-rules";
import { describe, expect, it } from "vitest";
import { inheritRoomRules } from "./inherit-room-rules.ts";

const rule = (rule_id: string, more: Partial<PushRule> = {}): PushRule => ({
  rule_id,
  default: false,
  enabled: true,
  actions: [],
  ...more,
});
const idsOf = ({ override = [], room = [], underride = [] }: Ruleset): string[][] =>
  [override, room, underride].map((rules) => rules.map(({ rule_id: id }) => id));

describe("the push rules of a room that replaces another", () => {
  it("are those of the old one, in the same place and with the same actions", () => {
    const before: Ruleset = {
      override: [rule(".m.rule.master", { default: true }), rule("!old:x", { actions: ["notify"], enabled: false }), rule("!last:x")],
      room: [rule("!other:x"), rule("!old:x", { actions: ["notify"] })],
      underride: [rule("!old:x")],
    };
    const after = inheritRoomRules(before, "!old:x", "!new:x");
    expect(idsOf(after)).toEqual([
      [".m.rule.master", "!new:x", "!old:x", "!last:x"],
      ["!other:x", "!new:x", "!old:x"],
      ["!new:x", "!old:x"],
    ]);
    expect(after.override?.[1]).toEqual(rule("!new:x", { actions: ["notify"], enabled: false }));
    expect(idsOf(before)[1]).toEqual(["!other:x", "!old:x"]);
  });

  it("are about the new room, and keep their other conditions", () => {
    const other = { kind: "event_match", key: "content.body", pattern: "!old:x" } as const;
    const conditions = [
      { kind: "event_match", key: "room_id", pattern: "!old:x" } as const,
      other,
      { kind: "contains_display_name" } as const,
    ];
    const after = inheritRoomRules({ override: [rule("!old:x", { conditions })] }, "!old:x", "!new:x");
    expect(after.override?.[0]?.conditions).toEqual([
      { kind: "event_match", key: "room_id", pattern: "!new:x" },
      other,
      { kind: "contains_display_name" },
    ]);
  });

  it("stay as they are where the new room has one, or the old one has none", () => {
    for (const rules of [{ room: [rule("!new:x"), rule("!old:x")] }, { room: [rule("!other:x")] }, {}, { content: [rule("!old:x")] }])
      expect(inheritRoomRules(rules, "!old:x", "!new:x")).toBe(rules);
  });
});
