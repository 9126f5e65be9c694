import { fold, UNSPACED, WORD } from "../fold.ts";
import { limits } from "../limits.ts";

/** A longer word is cut. */
const MAX_WORD_LENGTH = 64;
const letter = UNSPACED.source;
/** Letters of scripts without spaces, and what else hangs together. */
const PIECE = new RegExp(`${letter}+|(?:(?!${letter})[^])+`, "gu");
const UNSPACED_PIECE = new RegExp(`^${letter}`, "u");

/** Something that a text must have to be found, and how it is looked for. */
export interface SoughtWord {
  /** What an index is asked for: words that must all be there, of which one in the end with `*` may go on. */
  readonly asked: string;
  /** What is then in the words of an event, a space before and after each word. */
  readonly occurs: string;
  /** What it is in a folded text. */
  readonly folded: string;
}

/**
 * The words by which a text is found, with a space between them. In a script without spaces each two letters are a word, and the
 * last one: so any piece of the text is found, by the words that it consists of, one after the other.
 */
export function searchableWords(text: string): string {
  return piecesOf(text.slice(0, limits.searchedText.value)).flatMap(wordsOf).join(" ");
}

/** What somebody searches for: all of it must be in a text. */
export function soughtWords(term: string): SoughtWord[] {
  const pieces = [...new Set(piecesOf(term))];
  return pieces.map((piece) => {
    if (!UNSPACED_PIECE.test(piece)) return { asked: piece, occurs: ` ${piece} `, folded: piece };
    if (Array.from(piece).length === 1) return { asked: `${piece}*`, occurs: ` ${piece}`, folded: piece };
    const pairs = wordsOf(piece).slice(0, -1);
    return { asked: pairs.join(" AND "), occurs: ` ${pairs.join(" ")} `, folded: piece };
  });
}

/** How often a sought word occurs in the words of an event, which have a space before and after each. */
export function occurrences(words: string, { occurs }: SoughtWord): number {
  let count = 0;
  // The space after one word is the space before the next.
  for (let at = words.indexOf(occurs); at >= 0; at = words.indexOf(occurs, at + occurs.length - 1)) count++;
  return count;
}

/** The words of a text, as they are written there, that a search has found. */
export function foundWords(text: string, sought: readonly SoughtWord[]): string[] {
  const [unspaced, whole] = [sought.filter(isUnspaced), new Set(sought.map(({ folded }) => folded))];
  const words = text.slice(0, limits.searchedText.value).match(WORD) ?? [];
  return words.flatMap((word) => {
    if (whole.has(cut(fold(word)))) return word.toLowerCase();
    const pieces = piecesOf(word);
    return [
      ...unspaced.flatMap(({ folded }) => (pieces.some((piece) => piece.includes(folded)) ? folded : [])),
      ...pieces.filter((piece) => whole.has(piece) && !UNSPACED_PIECE.test(piece)),
    ];
  });
}

function isUnspaced({ folded }: SoughtWord): boolean {
  return UNSPACED_PIECE.test(folded);
}

function piecesOf(text: string): string[] {
  // Most words have no such letter.
  return (fold(text).match(WORD) ?? []).flatMap((word) => (UNSPACED.test(word) ? (word.match(PIECE) ?? []).map(cutSpaced) : cut(word)));
}

function cutSpaced(piece: string): string {
  return UNSPACED_PIECE.test(piece) ? piece : cut(piece);
}

function wordsOf(piece: string): string[] {
  if (!UNSPACED_PIECE.test(piece)) return [piece];
  const letters = Array.from(piece);
  return letters.map((one, i) => one + (letters[i + 1] ?? ""));
}

function cut(word: string): string {
  return word.length <= MAX_WORD_LENGTH ? word : Array.from(word).slice(0, MAX_WORD_LENGTH).join("");
}
