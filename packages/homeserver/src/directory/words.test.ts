import { describe, expect, it } from "vitest";
import { fold } from "../fold.ts";
import { indexedWords, wordsOf } from "./words.ts";

describe("the words of a text", () => {
  it.each([
    ["John.Doe-99", ["john", "doe", "99"]],
    ["  Ann  ann ANN ", ["ann"]],
    ["_=_", ["_=_"]],
    ["   ", []],
    ["हिन्दी", ["हिन्दी"]],
  ])("%j are %j", (text, words) => expect(wordsOf(fold(text))).toEqual(words));

  it("are of a bounded length and number", () => {
    expect(wordsOf("x".repeat(300))).toEqual(["x".repeat(64)]);
    expect(wordsOf(Array.from({ length: 100 }, (_, i) => `w${i}`).join(" "))).toHaveLength(24);
  });
});

it("finds by the middle of a text in a script without spaces, and by the beginnings of other words", () => {
  expect(indexedWords(["田中太郎"])).toEqual(["田中太郎", "中太郎", "太郎", "郎"]);
  expect(indexedWords(["ann", "Ann Müller"].map(fold))).toEqual(["ann", "muller"]);
});
