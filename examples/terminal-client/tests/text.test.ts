import { expect, it } from "vitest";
import { clean, fit, tail, width, wrap } from "../src/text.ts";

it("counts columns as a terminal does", () => {
  const texts: [string, number][] = [
    ["", 0],
    ["abc", 3],
    ["héé", 3],
    ["e\u0301", 1],
    ["日本", 4],
    ["👍", 2],
    ["👩‍👩‍👧", 2],
    ["❤️", 2],
    ["\u200b", 0],
  ];
  expect(texts.map(([text]) => width(text))).toEqual(texts.map(([, columns]) => columns));
});

it("fits, cuts and breaks text to columns", () => {
  for (const text of ["", "abc", "日本語日本語", "a longer line of text", "👍👍👍👍"]) {
    for (let columns = 1; columns < 12; columns += 1) expect(width(fit(text, columns))).toBe(columns);
    for (let columns = 2; columns < 12; columns += 1) {
      const lines = wrap(text, columns);
      expect(lines.every((line) => width(line) <= columns)).toBe(true);
      expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
    }
  }
  expect([fit("日本", 3), fit("abcd", 3), tail("abcdef", 3), wrap("one two three", 7)]).toEqual([
    "日…",
    "ab…",
    "def",
    ["one two", "three"],
  ]);
});

it("lets no text of others near the terminal", () => {
  expect(clean("a\x1b[2J\x07b\nc\u202Ed\u009b31m")).toBe("a[2Jb cd31m");
});
