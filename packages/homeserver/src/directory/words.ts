import { UNSPACED, WORD } from "../fold.ts";

/** The most words by which one text is found. */
const MAX_WORDS = 24;
const MAX_WORD_LENGTH = 64;
/** A word in a script without spaces between words. */
const UNSPACED_WORD = new RegExp(`^${UNSPACED.source}+$`, "u");

/** The words of a folded text; the text itself where it has none. */
export function wordsOf(text: string): string[] {
  const folded = text.trim();
  const words = folded.match(WORD) ?? (folded === "" ? [] : [folded]);
  return [...new Set(words.map(cut))].slice(0, MAX_WORDS);
}

/** The words by which somebody is found who has some names, which are folded: their words, and what one can begin with in the middle. */
export function indexedWords(names: readonly string[]): string[] {
  const words = names.flatMap(wordsOf).flatMap((word) => (UNSPACED_WORD.test(word) ? endings(word) : word));
  return [...new Set(words)].slice(0, MAX_WORDS);
}

function endings(word: string): string[] {
  const letters = Array.from(word);
  return letters.map((_, i) => letters.slice(i).join(""));
}

function cut(word: string): string {
  return word.length <= MAX_WORD_LENGTH ? word : Array.from(word).slice(0, MAX_WORD_LENGTH).join("");
}
