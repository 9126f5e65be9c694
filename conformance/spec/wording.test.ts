// What is wrong is said by the rule that is broken, whatever is wrong in whatever payload.
import { CrossSigningKey, knownEvents } from "@patrix/events";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allModels } from "./all-models.ts";
import { schemaValues } from "./schema-values.ts";

const KINDS = "(null|array|object|string|number|boolean|undefined|a number with a fraction)";
/** Every way to say what is wrong. */
const wordings: Readonly<Record<string, RegExp>> = {
  missing: /^required, but missing$/,
  type: new RegExp(`^expected (string|number|int|integer|boolean|object|array|record|null|object without __proto__), got ${KINDS}$`),
  values: new RegExp(`^expected "[^"]*"( or "[^"]*")*, got ${KINDS}$`),
  range: /^expected (at most|at least|more than|less than) -?[0-9.e+]+( characters| items)?$/,
  identifier: /^expected an? [a-zA-Z ]+, such as \S.*$/,
  pattern: /^expected (a number, or a text that holds an integer|1 to 50 printable ASCII characters|text that matches \S.*)$/,
  length: /^exceeds 255 bytes, got string$/,
  rule: new RegExp(`^expected exactly one key, got ${KINDS}$`),
};
const asKey = /^as a key: /;
const wrong: readonly unknown[] = [
  undefined,
  null,
  5,
  1.5,
  -1,
  2 ** 60,
  "",
  "x",
  `@${"a".repeat(300)}:b`,
  true,
  [],
  [null],
  {},
  { "": {} },
  { "@": 1 },
];

/** The value with the place that a number leads to replaced. */
function spoil(value: unknown, place: number, by: unknown): unknown {
  if (typeof value !== "object" || value === null) return by;
  const keys = Object.keys(value);
  const key = keys[place % (keys.length + 1)];
  if (key === undefined) return by;
  const inner = spoil((value as Record<string, unknown>)[key], Math.floor(place / (keys.length + 1)), by);
  return Array.isArray(value) ? value.map((item: unknown, index) => (String(index) === key ? inner : item)) : { ...value, [key]: inner };
}

const seen = new Map<string, number>();

describe("messages", () => {
  it.each(allModels)("of $name name the rule that is broken", ({ model, schema }) => {
    fc.assert(
      fc.property(schemaValues(schema), fc.nat(), fc.constantFrom(...wrong), (value, place, by) => {
        const result = model.safeParse(spoil(value, place, by));
        if (result.ok) return;
        expect(result.issues.length).toBeGreaterThan(0);
        for (const { message } of result.issues) {
          const [kind] = Object.entries(wordings).find(([, pattern]) => pattern.test(message.replace(asKey, ""))) ?? [];
          expect(kind, message).toBeDefined();
          seen.set(kind ?? "", (seen.get(kind ?? "") ?? 0) + 1);
        }
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  it("say how many keys a cross-signing key has", () => {
    const content = { user_id: "@a:b", usage: ["master"], keys: { "ed25519:a": "x", "ed25519:b": "y" } };
    const result = CrossSigningKey.safeParse(content);
    expect(result).toMatchObject({ issues: [{ pointer: "/keys", message: expect.stringMatching(wordings["rule"] ?? /^$/) }] });
    seen.set("rule", 1);
  });

  it("come in every kind", () => {
    for (const kind of Object.keys(wordings))
      expect([kind, seen.get(kind) ?? 0]).toEqual([kind, expect.toSatisfy((count: number) => count > 0)]);
  });

  it.each([
    [{}, ["/msgtype", "/body"]],
    [{ msgtype: 5 }, ["/msgtype", "/body"]],
    [{ msgtype: "m.text" }, ["/body"]],
    [{ msgtype: "m.image" }, ["/body"]],
    [{ msgtype: "m.location" }, ["/body", "/geo_uri"]],
    [{ msgtype: "m.server_notice" }, ["/body", "/server_notice_type"]],
    [{ msgtype: "org.example.x" }, ["/body"]],
  ])("of a message name every missing field: %j", (content, pointers) => {
    const result = knownEvents().checkContent("message", "m.room.message", content);
    expect(result.ok ? [] : result.issues.map(({ pointer }) => pointer).toSorted()).toEqual(pointers.toSorted());
  });

  it("of what is no object at all say so", () => {
    for (const value of [null, 5, "a", []])
      expect(knownEvents().checkContent("message", "m.room.message", value)).toMatchObject({
        issues: [{ pointer: "", message: expect.stringMatching(/^expected object, got/) }],
      });
  });
});
