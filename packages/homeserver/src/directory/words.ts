/** The most words by which one text is found. */
const MAX_WORDS = 24;
const MAX_WORD_LENGTH = 64;
/** Signs above, below and within letters, of scripts that are often written without them. */
const SIGNS = /[\u0300-\u036F\u0591-\u05C7\u064B-\u065F\u0670]/g;
/** Letters that Unicode takes for ones of their own, and that people type without their strokes. */
const UNSTROKED: Readonly<Record<string, string>> = { ø: "o", ł: "l", đ: "d", ħ: "h", ı: "i", æ: "ae", œ: "oe", ß: "ss", þ: "th", ð: "d" };
const WORD = /[\p{L}\p{N}\p{M}]+/gu;
/** Scripts without spaces between words: one can begin at every letter. */
const UNSPACED =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]+$/u;

/**
 * Brings a text into the form in which texts are compared: without capitals, accents and compatibility forms.
 *
 * @example
 * fold("Zoë Łuna"); // "zoe luna"
 */
export function fold(text: string): string {
  const plain = text.normalize("NFKD").toLowerCase().replaceAll(SIGNS, "");
  return plain.replaceAll(/[øłđħıæœßþð]/g, (letter) => UNSTROKED[letter] ?? letter).normalize("NFC");
}

/** The words of a folded text; the text itself where it has none. */
export function wordsOf(text: string): string[] {
  const folded = text.trim();
  const words = folded.match(WORD) ?? (folded === "" ? [] : [folded]);
  return [...new Set(words.map(cut))].slice(0, MAX_WORDS);
}

/** The words by which somebody is found who has some names, which are folded: their words, and what one can begin with in the middle. */
export function indexedWords(names: readonly string[]): string[] {
  const words = names.flatMap(wordsOf).flatMap((word) => (UNSPACED.test(word) ? endings(word) : word));
  return [...new Set(words)].slice(0, MAX_WORDS);
}

function endings(word: string): string[] {
  const letters = Array.from(word);
  return letters.map((_, i) => letters.slice(i).join(""));
}

function cut(word: string): string {
  return word.length <= MAX_WORD_LENGTH ? word : Array.from(word).slice(0, MAX_WORD_LENGTH).join("");
}
