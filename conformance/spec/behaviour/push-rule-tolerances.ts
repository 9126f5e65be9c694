import { compileMemberCount, evaluatePushRules, type PushCondition, summarizeActions } from "@patrix/push-rules";
import { expect } from "vitest";
import type { BehaviourTolerance } from "./behaviour-tolerance.ts";

/** Whether a condition holds for a message with a content. */
function holdsFor(condition: PushCondition, content: object): boolean {
  const rule = { rule_id: "r", default: false, enabled: true, actions: ["notify"], conditions: [condition] };
  return evaluatePushRules({ override: [rule] }, { type: "m.room.message", sender: "@a:x", content }, { userId: "@me:x" }) !== undefined;
}

/** What evaluators of push rules do. */
export const pushRuleTolerances: readonly BehaviourTolerance[] = [
  {
    place: "modules/push.md, historical actions",
    words: "dont_notify and coalesce are ignored",
    holds: () => {
      expect(summarizeActions(["dont_notify", "notify", "coalesce"])).toMatchObject({ notify: true, actions: ["notify"] });
      expect(summarizeActions(["coalesce"])).toMatchObject({ notify: false, actions: [] });
    },
  },
  {
    place: "modules/push.md, conditions",
    words: "one that is not known matches nothing",
    holds: () => expect(holdsFor({ kind: "org.example.always" }, { body: "x" })).toBe(false),
  },
  {
    place: "modules/push.md, event_match",
    words: "what is absent or no text does not match, not even *",
    holds: () => {
      const any: PushCondition = { kind: "event_match", key: "content.topic", pattern: "*" };
      expect([{}, { topic: 5 }, { topic: null }, { topic: "x" }].map((content) => holdsFor(any, content))).toEqual([
        false,
        false,
        false,
        true,
      ]);
    },
  },
  {
    place: "modules/push.md, event_property_contains",
    words: "items of other types are ignored",
    holds: () => {
      const contains: PushCondition = { kind: "event_property_contains", key: "content.list", value: "x" };
      expect([[{}, ["x"], 1, null], [{}, "x"], "x"].map((list) => holdsFor(contains, { list }))).toEqual([false, true, false]);
    },
  },
  {
    place: "modules/push.md, room_member_count",
    words: "no prefix means ==",
    holds: () => expect([1, 2, 3].map(compileMemberCount("2"))).toEqual([false, true, false]),
  },
];
