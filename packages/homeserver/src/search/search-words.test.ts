import { describe, expect, it } from "vitest";
import { limits } from "../limits.ts";
import { foundWords, occurrences, searchableWords, soughtWords } from "./search-words.ts";

const finds = (text: string, term: string): number[] => soughtWords(term).map((word) => occurrences(` ${searchableWords(text)} `, word));

describe("the words of a text", () => {
  it.each([
    ["Hello, wörld! It's 5 o'clock.", "hello world it s 5 o clock"],
    ["snake_case _r5 a.b", "snake case r5 a b"],
    ["天気", "天気 気"],
    ["東京tokyoへ1", "東京 京 tokyo へ 1"],
    ["  …  ", ""],
    ["x".repeat(70), "x".repeat(64)],
  ])("%j are %j", (text, words) => expect(searchableWords(text)).toBe(words));

  it("end where a text is too long", () => {
    const words = searchableWords("a ".repeat(limits.searchedText.value)).split(" ");
    expect(words).toHaveLength(limits.searchedText.value / 2);
  });
});

describe("a term", () => {
  it("asks the index for each word once, and for pairs of letters where there are no spaces", () => {
    expect(soughtWords("Hello hello WÖRLD").map(({ asked }) => asked)).toEqual(["hello", "world"]);
    expect(soughtWords("今日は 天").map(({ asked }) => asked)).toEqual(["今日 AND 日は", "天*"]);
    expect(soughtWords(`" * AND (`).map(({ asked }) => asked)).toEqual(["and"]);
    expect(soughtWords("?!")).toEqual([]);
  });

  it.each([
    ["a b a", "a", [2]],
    ["a a a", "a", [3]],
    ["ab", "a", [0]],
    ["天気天気", "天気", [2]],
    ["天天天", "天", [3]],
    ["天気と気が", "天気が", [0]],
  ])("occurs in %j: %j, %j times", (text, term, times) => expect(finds(text, term)).toEqual(times));

  it("is highlighted as it is written", () => {
    expect(foundWords("Élan ELAN flan", soughtWords("elan"))).toEqual(["élan", "elan"]);
    expect(foundWords("東京tokyo 東京都", soughtWords("東京"))).toEqual(["東京", "東京"]);
    expect(foundWords("東京tokyo", soughtWords("tokyo"))).toEqual(["tokyo"]);
  });
});
