/** Where in the value a glob has to match. */
export type GlobScope =
  /** The whole value. */
  | "whole"
  /** Any part of it that starts and ends at a word boundary. */
  | "words";

/** Tells whether a value matches; the value must be folded by {@link foldCase}. @internal */
export type FoldedMatcher = (folded: string) => boolean;

/**
 * Compiles a glob, in which `*` is zero or more characters and `?` is one, to a case-insensitive matcher.
 *
 * It never goes back behind a `*` that has matched, so a match takes at most value length × pattern length steps.
 * Servers should bound the length of patterns that users set. Characters are code points. Two are the same when Unicode's simple case mapping makes them so.
 *
 * @see {@link https://spec.matrix.org/v1.19/appendices/#glob-style-matching}
 */
export function compileGlob(pattern: string, scope: GlobScope = "whole"): (value: string) => boolean {
  const matches = compileFoldedGlob(pattern, scope);
  return (value) => matches(foldCase(value));
}

/** Like {@link compileGlob}, for values that are folded already. @internal */
export function compileFoldedGlob(pattern: string, scope: GlobScope): FoldedMatcher {
  const segments = foldCase(pattern).split(/\*+/);
  const [only] = segments;
  if (scope === "whole" && segments.length === 1 && only !== undefined && !only.includes("?")) return (folded) => folded === only;
  return (folded) => matchSegments(segments, scope, folded);
}

/** Finds plain words, without wildcards, in a folded value. @internal */
export function compileWords(words: string): FoldedMatcher {
  const folded = foldCase(words);
  return (value) => find({ text: folded, literal: true }, value, 0, wordStart, wordEnd) !== -1;
}

/** Maps the characters of a text that differ only in case to one of them, each code point on its own. @internal */
export function foldCase(text: string): string {
  // oxlint-disable-next-line no-control-regex -- the range is ASCII
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase();
  let folded = "";
  for (const character of text) folded += foldCharacter(character);
  return folded;
}

function foldCharacter(character: string): string {
  const folded = character.toUpperCase().toLowerCase();
  // A mapping to several characters would change what `?` counts; one into ASCII would let a lookalike pass for a letter.
  if (folded.length !== character.length || folded < "\u0080" !== character < "\u0080") return character;
  return folded;
}

type Boundary = (value: string, index: number) => boolean;
const anywhere: Boundary = () => true;
const valueStart: Boundary = (_, index) => index === 0;
const valueEnd: Boundary = (value, index) => index === value.length;
const wordStart: Boundary = (value, index) => index === 0 || !isWordCharacter(value.charCodeAt(index - 1));
const wordEnd: Boundary = (value, index) => index === value.length || !isWordCharacter(value.charCodeAt(index));

function isWordCharacter(unit: number): boolean {
  return (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90) || (unit >= 48 && unit <= 57) || unit === 95;
}

/** The earliest match of each part between stars leaves the most for the parts after it, so no other needs to be tried. */
function matchSegments(segments: readonly string[], scope: GlobScope, value: string): boolean {
  const [start, end] = scope === "whole" ? [valueStart, valueEnd] : [wordStart, wordEnd];
  const last = segments.length - 1;
  let from = 0;
  for (const [index, text] of segments.entries()) {
    const segment = { text, literal: !text.includes("?") };
    from = find(segment, value, from, index === 0 ? start : anywhere, index === last ? end : anywhere);
    if (from === -1) return false;
  }
  return true;
}

/** The end of the first match at or after an index whose ends are boundaries, or -1. */
function find(segment: { text: string; literal: boolean }, value: string, from: number, start: Boundary, end: Boundary): number {
  const { text, literal } = segment;
  for (let index = from; index <= value.length; index += 1) {
    if (literal) index = value.indexOf(text, index);
    if (index === -1) return -1;
    if (isInsidePair(value, index) || !start(value, index)) {
      if (start === valueStart) return -1;
      continue;
    }
    const stop = literal ? index + text.length : endOfMatch(text, value, index);
    if (stop !== -1 && end(value, stop)) return stop;
  }
  return -1;
}

/** Where text with `?` that is matched at an index ends, or -1. */
function endOfMatch(text: string, value: string, index: number): number {
  let at = index;
  for (let position = 0; position < text.length; position += 1) {
    if (at >= value.length) return -1;
    if (text[position] === "?") at += isInsidePair(value, at + 1) ? 2 : 1;
    else if (text[position] === value[at]) at += 1;
    else return -1;
  }
  return at;
}

function isInsidePair(value: string, index: number): boolean {
  const before = value.charCodeAt(index - 1);
  const after = value.charCodeAt(index);
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
}
