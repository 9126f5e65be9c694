import { describe, expect, it } from "vitest";
import * as identifiers from "./index.ts";

const noTexts: readonly unknown[] = [undefined, null, 5, true, ["@a:b.org"], { length: 1 }, new String("@a:b.org"), Symbol("x")];
const functions = Object.entries(identifiers).flatMap(([name, value]): [string, (value: unknown) => unknown][] =>
  typeof value === "function" && name !== "IdentifierError" ? [[name, value as (value: unknown) => unknown]] : [],
);

describe("what is no text", () => {
  it.each(functions.filter(([name]) => name.startsWith("is") && name !== "isVoipVersionId"))("is false to %s", (_, is) => {
    for (const value of noTexts) expect(is(value)).toBe(false);
  });

  it.each(functions.filter(([name]) => /^(parse|decode)/.test(name)))("is refused by %s with the documented error", (_, parse) => {
    for (const value of noTexts)
      expect(() => parse(value)).toThrow(expect.objectContaining({ name: "IdentifierError", code: "NOT_A_STRING" }));
  });
});
