import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { evaluatePushRules } from "./evaluate-push-rules.ts";
import { compileGlob } from "./glob.ts";
import { mergePredefinedRules, predefinedRules } from "./predefined-rules.ts";
import { formatPropertyPath, parsePropertyPath } from "./property-path.ts";
import type { PushCondition } from "./push-condition.ts";
import type { Ruleset } from "./ruleset.ts";

const folder = new URL("../../../../shared/spec/vectors/", import.meta.url);
const missing = !existsSync(folder);
if (missing) console.warn("push-rules: ../shared/spec is absent, vector tests are skipped");

interface Vectors {
  glob: { cases: { pattern: string; value: string; match: boolean }[] };
  "property-paths": { cases: { path: string[]; encoded: string }[]; decodeOnly: { path: string[]; encoded: string }[] };
  "push-rules": {
    placeholder: string;
    rules: Ruleset;
    conditions: {
      kindOrder: string[];
      ignoredActions: string[];
      cases: { condition: PushCondition; content?: object; memberCount?: number; match: boolean }[];
    };
  };
}

function read<Name extends keyof Vectors>(name: Name): Vectors[Name] {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8"));
}

describe.skipIf(missing)("vectors of the specification", () => {
  test("globs", () => {
    const { cases } = read("glob");
    expect(cases.length).toBeGreaterThan(10);
    for (const { pattern, value, match } of cases) expect([pattern, value, compileGlob(pattern)(value)]).toEqual([pattern, value, match]);
  });

  test("property paths", () => {
    const { cases, decodeOnly } = read("property-paths");
    expect(cases.length).toBeGreaterThan(2);
    for (const { path, encoded } of cases) expect(formatPropertyPath(path)).toBe(encoded);
    for (const { path, encoded } of [...cases, ...decodeOnly]) expect(parsePropertyPath(encoded)).toEqual(path);
  });

  test("predefined rules", () => {
    const vectors = read("push-rules");
    const text = JSON.stringify(vectors.rules).replaceAll(vectors.placeholder, "@me:example.org");
    const { override, underride, ...others } = predefinedRules("@me:example.org");
    expect({ override, underride }).toEqual(JSON.parse(text));
    expect(others).toEqual({ content: [], room: [], sender: [] });
    expect(mergePredefinedRules({}, "@me:example.org")).toEqual(predefinedRules("@me:example.org"));
  });

  test("conditions", () => {
    const { cases } = read("push-rules").conditions;
    expect(cases.length).toBeGreaterThan(20);
    for (const { condition, content, memberCount, match } of cases) {
      const ruleset: Ruleset = {
        override: [{ rule_id: "r", default: false, enabled: true, actions: ["notify"], conditions: [condition] }],
      };
      const matched = evaluatePushRules(ruleset, { content, sender: "@a:x" }, { userId: "@me:x", memberCount }) !== undefined;
      expect({ condition, content, memberCount, matched }).toEqual({ condition, content, memberCount, matched: match });
    }
  });

  test("ignored actions", () => {
    const { ignoredActions } = read("push-rules").conditions;
    const ruleset: Ruleset = { override: [{ rule_id: "r", default: false, enabled: true, actions: [...ignoredActions], conditions: [] }] };
    expect(evaluatePushRules(ruleset, {}, { userId: "@me:x" })).toMatchObject({ actions: [], notify: false });
  });
});
