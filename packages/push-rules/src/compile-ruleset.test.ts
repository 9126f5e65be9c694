import { getRoomVersionRules, PowerLevels } from "@patrix/room-versions";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileRuleset } from "./compile-ruleset.ts";
import { evaluatePushRules, explainPushRules } from "./evaluate-push-rules.ts";
import { predefinedRules } from "./predefined-rules.ts";
import type { PushCondition } from "./push-condition.ts";
import type { PushContext } from "./push-context.ts";
import type { PushRule, Ruleset } from "./ruleset.ts";
import { threadSubscriptionRules, threadSubscriptions, type ThreadSubscriptionRuleset } from "./unstable/msc4306-thread-subscriptions.ts";

const me = "@me:example.org";
const context: PushContext = { userId: me, roomId: "!r:x", displayName: "Groovy (me)", memberCount: 3 };
const message = (body: string, more: object = {}): object => ({
  type: "m.room.message",
  sender: "@a:x",
  room_id: "!r:x",
  content: { msgtype: "m.text", body, ...more },
});
const rule = (rule_id: string, more: Partial<PushRule> = {}): PushRule => ({
  rule_id,
  default: false,
  enabled: true,
  actions: ["notify"],
  ...more,
});
const matches = (condition: PushCondition, event: object, ctx = context): boolean =>
  evaluatePushRules({ override: [rule("r", { conditions: [condition] })] }, event, ctx) !== undefined;

describe("the predefined rules", () => {
  const compiled = compileRuleset(predefinedRules(me));
  const evaluate = (event: object, more: Partial<PushContext> = {}): unknown[] => {
    const result = compiled.evaluate(event, { ...context, ...more });
    return [result?.rule.rule_id, result?.notify, result?.highlight, result?.sound];
  };

  test("notify of messages, with a sound in rooms of two", () => {
    expect(evaluate(message("hi"))).toEqual([".m.rule.message", true, false, undefined]);
    expect(evaluate(message("hi"), { memberCount: 2 })).toEqual([".m.rule.room_one_to_one", true, false, "default"]);
  });

  test("highlight mentions, of the room only by those who may", () => {
    expect(evaluate(message("hi", { "m.mentions": { user_ids: [me] } }))).toEqual([".m.rule.is_user_mention", true, true, "default"]);
    const room = message("hi", { "m.mentions": { room: true } });
    const levels = (version: string, creator: string, content?: object): Partial<PushContext> => {
      const create = { sender: creator, content: { creator } };
      return { powerLevels: new PowerLevels(content && { content }, create, getRoomVersionRules(version)!) };
    };
    expect(evaluate(room)[0]).toBe(".m.rule.message");
    expect(evaluate(room, levels("9", "@c:x", {}))[0]).toBe(".m.rule.message");
    expect(evaluate(room, levels("9", "@c:x", { users: { "@a:x": "50" } }))[0]).toBe(".m.rule.is_room_mention");
    expect(evaluate(room, levels("11", "@c:x", { users: { "@a:x": 50 }, notifications: { room: 51 } }))[0]).toBe(".m.rule.message");
    expect(evaluate(room, levels("12", "@a:x", { notifications: { room: 101 } }))[0]).toBe(".m.rule.is_room_mention");
    expect(evaluate(room, levels("11", "@a:x"))[0]).toBe(".m.rule.is_room_mention");
  });

  test("never match the owner's own events, nor edits and notices", () => {
    expect(evaluate({ ...message("hi"), sender: me })[0]).toBeUndefined();
    expect(evaluate(message("hi", { "m.relates_to": { rel_type: "m.replace" } }))[0]).toBe(".m.rule.suppress_edits");
    expect(evaluate(message("hi", { msgtype: "m.notice" })).slice(0, 2)).toEqual([".m.rule.suppress_notices", false]);
    expect(evaluate({ type: "m.room.member", sender: "@a:x", state_key: me, content: { membership: "invite" } })[0]).toBe(
      ".m.rule.invite_for_me",
    );
  });
});

describe("compileRuleset", () => {
  test("checks the kinds in order, and the rules of a kind as stored", () => {
    const all: Ruleset = {
      underride: [rule("u")],
      sender: [rule("@a:x")],
      room: [rule("!r:x")],
      content: [rule("no pattern"), rule("c", { pattern: "tea" }), rule("c2", { pattern: "tea" })],
      override: [rule("off", { enabled: false }), rule("o")],
    };
    const seen: string[] = [];
    let left = all;
    for (const kind of ["override", "content", "room", "sender", "underride"] as const) {
      seen.push(evaluatePushRules(left, message("Tea!"), context)?.rule.rule_id ?? "none");
      left = { ...left, [kind]: undefined };
    }
    expect(seen).toEqual(["o", "c", "!r:x", "@a:x", "u"]);
    expect(evaluatePushRules({ room: all.room }, { sender: "@a:x" }, context)?.kind).toBe("room");
  });

  test("finds the display name as words, whatever the case", () => {
    const condition = { kind: "contains_display_name" } as const;
    expect(matches(condition, message("hey GROOVY (me), look"))).toBe(true);
    expect(matches(condition, message("hey groovy (you)"))).toBe(false);
    expect(matches(condition, message("hi"), { ...context, displayName: "" })).toBe(false);
    expect(matches(condition, message("hi"), { userId: me })).toBe(false);
    expect(matches(condition, message("*"), { ...context, displayName: "?" })).toBe(false);
  });

  test.each([
    [{ kind: "event_property_is", key: "content.a", value: 1.5 }, { content: { a: 1.5 } }],
    [{ kind: "event_property_is", key: "content.a", value: null }, { content: {} }],
    [{ kind: "event_property_is", key: "content.a" }, { content: {} }],
    [{ kind: "event_property_contains", key: "content.a", value: 1 }, { content: { a: ["1", [1]] } }],
    [{ kind: "event_match", key: "content.a.0", pattern: "*" }, { content: { a: ["x"] } }],
    [{ kind: "event_match", key: "constructor.name", pattern: "*" }, {}],
    [{ kind: "event_match", pattern: "*" }, { "": "x" }],
    [{ kind: "room_member_count", is: "==" }, {}],
    [{ kind: "room_member_count", is: "=<3" }, {}],
    [{ kind: "room_member_count", is: " 3" }, {}],
    [{ kind: "sender_notification_permission", key: "room" }, { sender: "@a:x" }],
    [{ kind: "toString" }, {}],
  ])("does not match %j on %j", (condition, event) => {
    expect(matches(condition, event)).toBe(false);
  });

  test("sums up actions", () => {
    const result = (actions: PushRule["actions"]): object | undefined =>
      evaluatePushRules({ override: [rule("r", { actions })] }, {}, context);
    expect(result(["dont_notify", "coalesce", "x"])).toMatchObject({ actions: ["x"], notify: false, highlight: false, sound: undefined });
    expect(result([{ set_tweak: "highlight", value: false }])).toMatchObject({ highlight: false });
    expect(result(["notify", { set_tweak: "highlight" }, { set_tweak: "sound", value: 1 }])).toMatchObject({
      notify: true,
      highlight: true,
      sound: undefined,
      tweaks: { highlight: true, sound: 1 },
    });
  });

  test("explains each rule that did not match", () => {
    const ruleset: Ruleset = {
      override: [rule("off", { enabled: false }), rule("count", { conditions: [{ kind: "room_member_count", is: "2" }] })],
      content: [rule("none"), rule("c", { pattern: "tea" })],
      room: [rule("!other:x")],
      sender: [rule("@a:x")],
      underride: [rule("u")],
    };
    const { matched, ownEvent, mismatches } = explainPushRules(ruleset, message("coffee"), context);
    expect([matched?.kind, matched?.rule.rule_id, ownEvent]).toEqual(["sender", "@a:x", false]);
    expect(mismatches.map((mismatch) => [mismatch.rule.rule_id, mismatch.reason])).toEqual([
      ["off", { type: "disabled" }],
      ["count", { type: "condition", condition: { kind: "room_member_count", is: "2" }, value: 3 }],
      ["none", { type: "malformed" }],
      ["c", { type: "condition", condition: { kind: "event_match", key: "content.body", pattern: "tea" }, value: "coffee" }],
      ["!other:x", { type: "condition", condition: { kind: "event_property_is", key: "room_id", value: "!other:x" }, value: "!r:x" }],
    ]);
    expect(explainPushRules(ruleset, { sender: me }, context)).toEqual({ matched: undefined, ownEvent: true, mismatches: [] });
    expect(explainPushRules({}, {}, context).matched).toBeUndefined();
  });

  test("never throws, and explains what it evaluates, for any event", () => {
    const compiled = compileRuleset({ ...predefinedRules(me), content: [rule("c", { pattern: "a*" })], room: [rule("!r:x")] });
    const keys = fc.constantFrom(
      "type",
      "sender",
      "content",
      "body",
      "m.mentions",
      "user_ids",
      "room",
      "state_key",
      "__proto__",
      "m.relates_to",
    );
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<unknown>("m.room.message", "a b", me, null, true, 1, 1.5),
        fc.array(tie("value")),
        fc.dictionary(keys, tie("value")),
      ),
    })).value;
    fc.assert(
      fc.property(fc.dictionary(keys, json), (event) => {
        expect(compiled.explain(event, context).matched).toEqual(compiled.evaluate(event, context));
      }),
    );
  });
});

describe("MSC4306", () => {
  test("checks postcontent rules between content and room rules", () => {
    const ruleset: ThreadSubscriptionRuleset = { ...predefinedRules(me), postcontent: threadSubscriptionRules(), room: [rule("!r:x")] };
    const compiled = compileRuleset(
      ruleset,
      threadSubscriptions((root) => root === "$followed"),
    );
    const reply = (root: string): object => message("hi", { "m.relates_to": { rel_type: "m.thread", event_id: root } });
    expect(compiled.evaluate(reply("$followed"), context)).toMatchObject({ kind: "postcontent", notify: true, sound: "default" });
    expect(compiled.evaluate(reply("$other"), context)).toMatchObject({ kind: "postcontent", notify: false });
    expect(compiled.evaluate(message("hi"), context)?.kind).toBe("room");
    expect(compileRuleset(ruleset).evaluate(reply("$other"), context)?.kind).toBe("room");
  });
});
