import { describe, expect, test } from "vitest";
import { insertRule, setRuleActions, setRuleEnabled } from "./edit-ruleset.ts";
import { mergePredefinedRules, predefinedRules } from "./predefined-rules.ts";
import { Ruleset } from "./ruleset.ts";

const userId = "@me:example.org";

describe("mergePredefinedRules", () => {
  test("keeps what the user changed and restores the conditions and the order", () => {
    const own = insertRule(predefinedRules(userId), "override", { rule_id: "mine", actions: [] });
    const changed = setRuleActions(setRuleEnabled(own, "override", ".m.rule.reaction", false), "override", ".m.rule.tombstone", []);
    expect(mergePredefinedRules(changed, userId)).toEqual(changed);
    const shuffled: Ruleset = {
      ...changed,
      override: changed.override?.toReversed().map((rule) => (rule.default ? { ...rule, conditions: [] } : rule)),
    };
    expect(mergePredefinedRules(shuffled, userId)).toEqual(changed);
  });

  test("drops rules that the specification dropped and keeps those of vendors last", () => {
    const rule = { default: true, enabled: true, actions: [] };
    const stored: Ruleset = {
      override: [
        { ...rule, rule_id: ".m.rule.contains_display_name" },
        { ...rule, rule_id: ".org.example.rule" },
      ],
      content: [{ ...rule, rule_id: ".m.rule.contains_user_name", pattern: "me" }],
    };
    const merged = mergePredefinedRules(stored, userId);
    expect(merged.content).toEqual([]);
    expect(merged.override?.map(({ rule_id }) => rule_id).slice(-2)).toEqual([".m.rule.suppress_edits", ".org.example.rule"]);
    expect(merged.override?.some(({ rule_id }) => rule_id === ".m.rule.contains_display_name")).toBe(false);
  });

  test("makes rulesets that pass the model, which keeps unknown members", () => {
    const ruleset = {
      ...predefinedRules(userId),
      postcontent: [],
      room: [{ rule_id: "!r", default: false, enabled: true, actions: [{ x: 1 }], y: 2 }],
    };
    expect(Ruleset.parse(ruleset)).toBe(ruleset);
    expect(Ruleset.is({ override: [{ rule_id: "a" }] })).toBe(false);
    expect(Ruleset.is({ override: [{ rule_id: "a", default: false, enabled: true, actions: [1] }] })).toBe(false);
  });
});
