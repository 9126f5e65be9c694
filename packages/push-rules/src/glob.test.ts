import * as fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { compileGlob, compileWords, foldCase } from "./glob.ts";

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

  test("matches what a matcher that tries everything matches, on long repetitive texts", () => {
    const repeated = (units: string[], maxLength: number): fc.Arbitrary<string> =>
      fc
        .array(fc.tuple(fc.constantFrom(...units), fc.integer({ min: 1, max: 40 })), { maxLength })
        .map((runs) => runs.map(([unit, times]) => unit.repeat(times)).join(""));
    const pattern = fc.oneof(repeated(["a", "?", "a?", "b", "*", "-", "😀"], 4), repeated(["a", "ab", "*"], 4));
    let matched = 0;
    fc.assert(
      fc.property(pattern, repeated(["a", "ab", "-", "a-", "😀", "b"], 6), (glob, value) => {
        for (const scope of ["whole", "words"] as const) {
          const expected = naiveMatch(glob, value, scope);
          expect(compileGlob(glob, scope)(value)).toBe(expected);
          if (expected) matched += 1;
        }
        expect(compileWords(glob)(value)).toBe(naiveWords(glob, value));
      }),
      { numRuns: 3000 },
    );
    expect(matched).toBeGreaterThan(200);
  });

  test("searches for as many as 256 characters with a ? among them", () => {
    const value = `- ${"a".repeat(300)}`;
    expect(compileGlob(`*- ${"a".repeat(253)}?*`)(value)).toBe(true);
    expect(compileGlob(`*- ${"a".repeat(254)}?*`)(value)).toBe(false);
    expect(compileGlob(`- ${"a".repeat(299)}?`)(value)).toBe(true);
    expect(compileGlob(`*${"a".repeat(299)}?`)(value)).toBe(true);
    expect(compileGlob("a".repeat(300), "words")(value)).toBe(true);
  });
});

describe("work of a match", () => {
  afterEach(() => void vi.restoreAllMocks());

  const size = 60_000;
  const value = "a".repeat(size);
  const boundaries = "-".repeat(size);
  test.each([
    ["runs of ?", "?".repeat(size / 2) + "b", value],
    ["runs of ? after a star", "*" + "?".repeat(size / 2) + "b*", value],
    ["the longest part with ?", "*" + "?".repeat(255) + "b*", value],
    ["? between boundaries", "?".repeat(255) + "b", boundaries],
    ["a literal that nearly matches everywhere", "a".repeat(size / 2) + "b", value],
    ["a literal that matches everywhere but ends at no boundary", "a".repeat(size / 2), value],
    ["a short literal that matches everywhere but ends at no boundary", "aa", value],
    ["as many stars as fit", "*a".repeat(size / 2) + "b", value],
    ["as many stars and ? as fit", "*?a".repeat(size / 3) + "b", value],
    ["? and stars in turn", "a?*".repeat(size / 3) + "b", value],
    ["an end of many ?", "*" + "?".repeat(size - 1) + "b", value],
  ])("is bounded by the length of the value for %s", (_, pattern, text) => {
    for (const scope of ["whole", "words"] as const) {
      const matches = compileGlob(pattern, scope);
      const calls = [
        vi.spyOn(String.prototype, "charCodeAt"),
        vi.spyOn(String.prototype, "codePointAt"),
        vi.spyOn(String.prototype, "indexOf"),
      ];
      expect(matches(text)).toBe(false);
      // The search of the engine may compare the whole text at every place.
      const longest = Math.max(0, ...(calls[2]?.mock.calls ?? []).map(([searched]) => String(searched).length));
      const count = calls.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
      vi.restoreAllMocks();
      expect(longest).toBeLessThanOrEqual(32);
      expect(count).toBeLessThan(20 * size);
    }
  });
});

/** Tries every end of every star. */
function naiveMatch(glob: string, value: string, scope: "whole" | "words"): boolean {
  const points = Array.from(foldCase(value));
  const isWord = (index: number): boolean => /^[a-z0-9_]$/.test(points[index] ?? "");
  const places = Array.from({ length: points.length + 1 }, (_, at) => at);
  let ends = new Set(places.filter((at) => at === 0 || (scope === "words" && !isWord(at - 1))));
  for (const part of Array.from(foldCase(glob))) {
    const next = new Set<number>();
    for (const at of ends) {
      if (part === "*") for (let end = at; end <= points.length; end += 1) next.add(end);
      else if (at < points.length && (part === "?" || part === points[at])) next.add(at + 1);
    }
    ends = next;
  }
  return [...ends].some((end) => (scope === "words" ? end === points.length || !isWord(end) : end === points.length));
}

function naiveWords(words: string, value: string): boolean {
  const points = Array.from(foldCase(value));
  const searched = Array.from(foldCase(words));
  const isWord = (index: number): boolean => /^[a-z0-9_]$/.test(points[index] ?? "");
  for (let at = 0; at + searched.length <= points.length; at += 1) {
    const isFound = searched.every((point, index) => point === points[at + index]);
    if (isFound && (at === 0 || !isWord(at - 1)) && !isWord(at + searched.length)) return true;
  }
  return false;
}
