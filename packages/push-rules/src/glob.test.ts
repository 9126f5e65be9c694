import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileGlob, foldCase } from "./glob.ts";

describe("compileGlob", () => {
  test.each([
    ["tea", "It's time for TEA!", true],
    ["tea", "steam", false],
    ["tea", "tea_time", false],
    ["tea", "tea-time", true],
    ["ex*ple", "An exciting triple-whammy", true],
    ["ex*ple", "explex", false],
    ["*", "", true],
    ["", "", true],
    ["", "ab", false],
    ["", "a  b", true],
    ["a*", "ba", false],
    ["*b", "ab", true],
    [":)", "x:)", false],
    [":)", "x :)", true],
    ["é", "été", false],
    ["é", "x:É-y", true],
    ["t?", "xx été", true],
    ["a?c", "ab abc", true],
    ["a?", "a", false],
    ["a\nb*", "a\nb\nc", true],
  ])("by words: %j on %j gives %j", (pattern, value, match) => {
    expect(compileGlob(pattern, "words")(value)).toBe(match);
  });

  test.each([
    ["?", "😀", true],
    ["??", "😀", false],
    ["*?", "😀", true],
    ["ΣΑΣ", "σας", true],
    ["?", "İ", true],
    ["straße", "STRASSE", false],
    ["k", "\u212A", false],
    ["a*b", "a\nb", true],
    ["(a+)+$", "(a+)+$", true],
    ["**a**", "bab", true],
  ])("as a whole: %j on %j gives %j", (pattern, value, match) => {
    expect(compileGlob(pattern)(value)).toBe(match);
  });

  test("matches what a regular expression matches", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "_", " ", "-", "\n", "A", "é", "😀"), maxLength: 12 });
    const pattern = fc.string({ unit: fc.constantFrom("a", "b", " ", "-", "*", "?", "é", "_"), maxLength: 6 });
    fc.assert(
      fc.property(pattern, text, (glob, value) => {
        const source = foldCase(glob).replaceAll("*", ".*").replaceAll("?", ".");
        const folded = foldCase(value);
        expect(compileGlob(glob)(value)).toBe(new RegExp(`^${source}$`, "su").test(folded));
        const words = new RegExp(`(?<=^|[^A-Za-z0-9_])${source}(?=$|[^A-Za-z0-9_])`, "su");
        expect(compileGlob(glob, "words")(value)).toBe(words.test(folded));
      }),
      { numRuns: 3000 },
    );
  });

  test("decides patterns that make backtracking matchers run for ever", () => {
    const value = "a".repeat(20_000);
    expect(compileGlob("*a".repeat(50) + "b")(value)).toBe(false);
    expect(compileGlob("a?*".repeat(50) + "b", "words")(value)).toBe(false);
  });
});
