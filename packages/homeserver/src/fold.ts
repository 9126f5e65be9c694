/** Signs above, below and within letters, of scripts that are often written without them. */
const SIGNS = /[\u0300-\u036F\u0591-\u05C7\u064B-\u065F\u0670]/g;
/** Letters that Unicode takes for ones of their own, and that people type without their strokes. */
const UNSTROKED: Readonly<Record<string, string>> = { ø: "o", ł: "l", đ: "d", ħ: "h", ı: "i", æ: "ae", œ: "oe", ß: "ss", þ: "th", ð: "d" };
// A pattern with such letters in itself would make the text of the whole program take two bytes a letter.
const STROKED = new RegExp(`[${Object.keys(UNSTROKED).join("")}]`, "g");

/** Much text has nothing else, and nothing to be folded but capitals. */
// oxlint-disable-next-line no-control-regex -- all of ASCII
const ASCII = /^[\0-\x7F]*$/;

/** A word of a folded text. */
export const WORD: RegExp = /[\p{L}\p{N}\p{M}]+/gu;
/** A letter of a script without spaces between words: one can begin at each. */
export const UNSPACED: RegExp =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u30FC]/u;

/**
 * Brings a text into the form in which texts are compared: without capitals, accents and compatibility forms.
 *
 * @example
 * fold("Zoë Łuna"); // "zoe luna"
 */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  const plain = text.normalize("NFKD").toLowerCase().replaceAll(SIGNS, "");
  return plain.replaceAll(STROKED, (letter) => UNSTROKED[letter] ?? letter).normalize("NFC");
}
