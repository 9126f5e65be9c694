import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { getRule, insertRule, moveRule, removeRule, setRuleActions, setRuleEnabled } from "./edit-ruleset.ts";
import { PushRulesError } from "./errors.ts";
import { predefinedRules } from "./predefined-rules.ts";
import type { RuleKind, Ruleset } from "./ruleset.ts";

const defaults: Ruleset = predefinedRules("@me:example.org");
const ids = (ruleset: Ruleset, kind: RuleKind): string[] => (ruleset[kind] ?? []).map((rule) => rule.rule_id);
const userIds = (ruleset: Ruleset, kind: RuleKind): string[] => ids(ruleset, kind).filter((id) => !id.startsWith("."));
const withRules = (kind: RuleKind, ...names: string[]): Ruleset =>
  names.toReversed().reduce((rules, rule_id) => insertRule(rules, kind, { rule_id, actions: [], pattern: "x" }), defaults);
const code = (change: () => unknown): string => {
  try {
    change();
  } catch (error) {
    if (error instanceof PushRulesError) return error.code;
    throw error;
  }
  return "none";
};

describe("insertRule", () => {
  test("puts a new rule before the user's others, after .m.rule.master, and enables it", () => {
    const ruleset = withRules("override", "a", "b");
    expect(ids(ruleset, "override").slice(0, 4)).toEqual([".m.rule.master", "a", "b", ".m.rule.suppress_notices"]);
    expect(getRule(ruleset, "override", "a")).toEqual({ rule_id: "a", default: false, enabled: true, actions: [], conditions: [] });
    expect(ids(withRules("underride", "a"), "underride")[0]).toBe("a");
    expect(insertRule({}, "content", { rule_id: "c", actions: ["notify"], pattern: "x" })).toEqual({
      content: [{ rule_id: "c", default: false, enabled: true, actions: ["notify"], pattern: "x" }],
    });
  });

  test("places a rule next to another; before decides when both are given", () => {
    const ruleset = withRules("content", "a", "b", "c");
    const insert = (position: { before?: string; after?: string }): string[] =>
      ids(insertRule(ruleset, "content", { rule_id: "n", actions: [], pattern: "x" }, position), "content");
    expect(insert({ before: "b" })).toEqual(["a", "n", "b", "c"]);
    expect(insert({ after: "b" })).toEqual(["a", "b", "n", "c"]);
    expect(insert({ before: "c", after: "a" })).toEqual(["a", "b", "n", "c"]);
  });

  test("changes a rule in place and keeps it disabled", () => {
    const disabled = setRuleEnabled(withRules("content", "a", "b"), "content", "b", false);
    const changed = insertRule(disabled, "content", { rule_id: "b", actions: ["notify"], pattern: "new" });
    expect(ids(changed, "content")).toEqual(["a", "b"]);
    expect(getRule(changed, "content", "b")).toMatchObject({ enabled: false, actions: ["notify"], pattern: "new" });
    expect(ids(insertRule(changed, "content", { rule_id: "b", actions: [], pattern: "x" }, { before: "a" }), "content")).toEqual([
      "b",
      "a",
    ]);
  });

  test.each([
    ["DEFAULT_RULE", "override", ".mine", {}],
    ["INVALID_RULE_ID", "override", "", {}],
    ["INVALID_RULE_ID", "override", "a/b", {}],
    ["INVALID_RULE_ID", "override", "a\\b", {}],
    ["INVALID_RULE_ID", "sender", "name", {}],
    ["RELATIVE_RULE_NOT_FOUND", "override", "a", { before: "unknown" }],
    ["RELATIVE_RULE_NOT_FOUND", "override", "a", { after: "unknown", before: "b" }],
    ["RELATIVE_RULE_NOT_FOUND", "override", "a", { before: "a" }],
    ["RELATIVE_TO_DEFAULT_RULE", "override", "a", { before: ".m.rule.master" }],
    ["RELATIVE_TO_DEFAULT_RULE", "override", "a", { after: ".m.rule.unknown" }],
    ["none", "room", "!r:x", {}],
    ["none", "sender", "@u:x", {}],
  ] as const)("gives %s for %s rule %j at %j", (expected, kind, rule_id, position) => {
    const ruleset = withRules("override", "a", "b");
    expect(code(() => insertRule(ruleset, kind, { rule_id, actions: [] }, position))).toBe(expected);
  });

  test("needs a pattern for content rules", () => {
    expect(code(() => insertRule({}, "content", { rule_id: "a", actions: [] }))).toBe("MISSING_PATTERN");
  });
});

describe("other changes", () => {
  test("move, enable, set actions of and remove rules", () => {
    const ruleset = withRules("override", "a", "b", "c");
    expect(userIds(moveRule(ruleset, "override", "c", { before: "a" }), "override")).toEqual(["c", "a", "b"]);
    expect(userIds(moveRule(ruleset, "override", "c", {}), "override")).toEqual(["c", "a", "b"]);
    expect(userIds(moveRule(ruleset, "override", "a", { after: "b" }), "override")).toEqual(["b", "a", "c"]);
    expect(userIds(removeRule(ruleset, "override", "b"), "override")).toEqual(["a", "c"]);
    expect(getRule(setRuleEnabled(ruleset, "override", ".m.rule.master", true), "override", ".m.rule.master")?.enabled).toBe(true);
    expect(getRule(setRuleActions(ruleset, "override", "a", ["notify"]), "override", "a")?.actions).toEqual(["notify"]);
  });

  test.each(["RULE_NOT_FOUND", "DEFAULT_RULE"])("refuse with %s", (expected) => {
    const id = expected === "DEFAULT_RULE" ? ".m.rule.master" : "unknown";
    expect(code(() => removeRule(defaults, "override", id))).toBe(expected);
    expect(code(() => moveRule(defaults, "override", id, {}))).toBe(expected);
    if (expected === "DEFAULT_RULE") return;
    expect(code(() => setRuleEnabled(defaults, "room", id, true))).toBe(expected);
    expect(code(() => setRuleActions({}, "room", id, []))).toBe(expected);
  });

  test("never change the ruleset they are given, and keep IDs unique and .m.rule.master first", () => {
    const name = fc.constantFrom("a", "b", "c", "d");
    const change = fc.record({
      what: fc.constantFrom("insert", "move", "remove", "enable"),
      id: name,
      before: fc.option(name),
      after: fc.option(name),
    });
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        let ruleset: Ruleset = defaults;
        for (const { what, id, before, after } of changes) {
          const snapshot = structuredClone(ruleset);
          const position = { before: before ?? undefined, after: after ?? undefined };
          const given = ruleset;
          code(() => {
            if (what === "insert") ruleset = insertRule(given, "override", { rule_id: id, actions: [] }, position);
            else if (what === "move") ruleset = moveRule(given, "override", id, position);
            else if (what === "remove") ruleset = removeRule(given, "override", id);
            else ruleset = setRuleEnabled(given, "override", id, false);
          });
          expect(given).toEqual(snapshot);
          const all = ids(ruleset, "override");
          expect(new Set(all).size).toBe(all.length);
          expect(all[0]).toBe(".m.rule.master");
        }
      }),
    );
  });
});
