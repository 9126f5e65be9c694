import { type GlobSegment, globSegment } from "./glob-segment.ts";
import { anywhere, wordEnd, wordStart } from "./word-boundary.ts";

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
 * A match reads each character of the value at most twice, whatever the pattern; with `?`, each reading takes a step more for every 32 characters
 * between two stars. More than 256 characters with a `?` among them match nothing where their place is not fixed by an end of the value.
 * Characters are code points. Two are the same when Unicode's simple case mapping makes them so.
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
  const compiled = segments.map((text) => globSegment(text));
  return scope === "whole" ? wholeMatcher(compiled) : wordsMatcher(compiled);
}

/** Finds plain words, without wildcards, in a folded value. @internal */
export function compileWords(words: string): FoldedMatcher {
  const segment = globSegment(foldCase(words), "literal");
  return (value) => segment.find(value, 0, wordStart, wordEnd) !== -1;
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

/** The earliest match of each part between stars leaves the most for the parts after it, so no other needs to be tried. */
function wordsMatcher(segments: readonly GlobSegment[]): FoldedMatcher {
  const last = segments.length - 1;
  return (value) => {
    let from = 0;
    for (const [index, segment] of segments.entries()) {
      from = segment.find(value, from, index === 0 ? wordStart : anywhere, index === last ? wordEnd : anywhere);
      if (from === -1) return false;
    }
    return true;
  };
}

/** Like {@link wordsMatcher}, but the first part stands at the start and the last at the end. */
function wholeMatcher(segments: readonly GlobSegment[]): FoldedMatcher {
  const [first, ...others] = segments;
  const last = others.pop();
  return (value) => {
    let from = first?.matchAt(value, 0) ?? 0;
    if (last === undefined) return from === value.length;
    for (const segment of others) {
      if (from === -1) return false;
      from = segment.find(value, from, anywhere, anywhere);
    }
    return from !== -1 && last.matchEnd(value) >= from;
  };
}
