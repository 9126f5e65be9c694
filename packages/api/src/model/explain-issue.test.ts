import * as z from "zod/mini";
import { describe, expect, it } from "vitest";
import { explainIssue } from "./explain-issue.ts";

/** What is said about a value that a schema refuses. */
function messages(schema: z.ZodMiniType, value: unknown): string[] {
  const result = z.safeParse(schema, value);
  return result.success
    ? []
    : result.error.issues.flatMap((issue) => explainIssue(issue, value).map(({ pointer, message }) => `${pointer} ${message}`));
}
const shape = (kind: string, more: object = {}): z.ZodMiniType => z.looseObject({ kind: z.literal(kind), ...more }) as z.ZodMiniType;

describe("what is wrong", () => {
  it.each<[string, z.ZodMiniType, unknown, string[]]>([
    ["a bound", z.number().check(z.gte(1), z.lte(3)), 5, [" expected at most 3"]],
    ["an open bound", z.number().check(z.gt(1)), 1, [" expected more than 1"]],
    ["another open bound", z.number().check(z.lt(1)), 1, [" expected less than 1"]],
    ["a length", z.string().check(z.minLength(2)), "a", [" expected at least 2 characters"]],
    ["a pattern", z.string().check(z.regex(/^a$/)), "b", [" expected text that matches /^a$/"]],
    ["a pattern with words", z.string().check(z.regex(/^a$/, "expected an a")), "b", [" expected an a"]],
    [
      "a template",
      z.templateLiteral(["geo:", z.string()]) as z.ZodMiniType,
      "b",
      [expect.stringMatching(/^ expected text that matches .*geo:/)],
    ],
    ["a pair", z.tuple([z.string(), z.string()]) as z.ZodMiniType, 5, [" expected array, got number"]],
    [
      "a key",
      z.record(z.string().check(z.regex(/^a$/, "expected an a")), z.string()) as z.ZodMiniType,
      { b: "" },
      ["/b as a key: expected an a"],
    ],
    [
      "a tag",
      z.discriminatedUnion("kind", [shape("a"), shape("b")] as never) as z.ZodMiniType,
      { kind: "c" },
      ["/kind none of the known forms, got string"],
    ],
  ])("is told by the rule that is broken: %s", (_, schema, value, expected) => {
    expect(messages(schema, value)).toEqual(expected);
  });

  it("is told about the member of a union that was meant, with every problem of it", () => {
    const tagged = z.discriminatedUnion("kind", [shape("a"), shape("b")] as never) as z.ZodMiniType;
    const other = z.looseObject({ kind: z.string(), body: z.string(), size: z.number() }) as z.ZodMiniType;
    expect(messages(z.union([tagged, other]) as z.ZodMiniType, {})).toEqual([
      "/kind required, but missing",
      "/body required, but missing",
      "/size required, but missing",
    ]);
  });
});
