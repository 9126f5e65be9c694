import type { Boundary } from "./word-boundary.ts";

/** What stands between two stars of a glob. Its positions are code units; an end of -1 says that there is no match. @internal */
export interface GlobSegment {
  /** The end of the first match from an index on whose ends are boundaries. */
  find(value: string, from: number, start: Boundary, end: Boundary): number;
  /** The end of the match at an index. */
  matchAt(value: string, index: number): number;
  /** The start of the match that ends with the value, -1 if there is none. */
  matchEnd(value: string): number;
}

/** The most code points of a part with `?` that is searched for. */
const MAX_WILDCARD_LENGTH = 256;
/** Up to this length the search of the engine is faster than a linear one, whatever the text. */
const SHORT = 32;

/** Prepares a folded text for being searched; in a `pattern`, `?` is any one code point. @internal */
export function globSegment(text: string, kind: "pattern" | "literal" = "pattern"): GlobSegment {
  const wildcards = kind === "pattern" && text.includes("?");
  const points = wildcards ? Array.from(text, (character) => character.codePointAt(0)) : [];
  const matchAt = wildcards ? (value: string, index: number) => endOfPoints(points, value, index) : literalEnd(text);
  return {
    find: wildcards ? wildcardFinder(points) : literalFinder(text),
    matchAt,
    matchEnd: (value) => {
      const start = wildcards ? stepBack(value, points.length) : value.length - text.length;
      return start >= 0 && matchAt(value, start) === value.length ? start : -1;
    },
  };
}

function literalEnd(text: string): GlobSegment["matchAt"] {
  return (value, index) => {
    const end = index + text.length;
    return value.startsWith(text, index) && !isInsidePair(value, index) && !isInsidePair(value, end) ? end : -1;
  };
}

function literalFinder(text: string): GlobSegment["find"] {
  if (text.length > SHORT) return longLiteralFinder(text);
  return (value, from, start, end) => {
    for (let at = value.indexOf(text, from); at !== -1 && at <= value.length; at = nextIndex(text, value, at)) {
      const stop = at + text.length;
      if (!isInsidePair(value, at) && !isInsidePair(value, stop) && start(value, at) && end(value, stop)) return stop;
    }
    return -1;
  };
}

/** An empty text is found at the end of a value again and again. */
function nextIndex(text: string, value: string, at: number): number {
  return at === value.length ? -1 : value.indexOf(text, at + 1);
}

/** Searches as Knuth, Morris and Pratt do: each unit of the value is read once, however much the text repeats itself. */
function longLiteralFinder(text: string): GlobSegment["find"] {
  let borders: Int32Array | undefined;
  return (value, from, start, end) => {
    borders ??= bordersOf(text);
    let matched = 0;
    for (let at = from; at < value.length; at += 1) {
      const unit = value.charCodeAt(at);
      while (matched > 0 && text.charCodeAt(matched) !== unit) matched = borders[matched - 1] ?? 0;
      if (text.charCodeAt(matched) === unit) matched += 1;
      if (matched < text.length) continue;
      const stop = at + 1;
      const first = stop - text.length;
      if (!isInsidePair(value, first) && !isInsidePair(value, stop) && start(value, first) && end(value, stop)) return stop;
      matched = borders[matched - 1] ?? 0;
    }
    return -1;
  };
}

/** For each prefix of a text, how long the longest shorter prefix is that it ends with. */
function bordersOf(text: string): Int32Array {
  const borders = new Int32Array(text.length);
  for (let at = 1, matched = 0; at < text.length; at += 1) {
    while (matched > 0 && text.charCodeAt(matched) !== text.charCodeAt(at)) matched = borders[matched - 1] ?? 0;
    if (text.charCodeAt(matched) === text.charCodeAt(at)) matched += 1;
    borders[at] = matched;
  }
  return borders;
}

type Points = readonly (number | undefined)[];
const QUESTION_MARK = 63;

/** Searches with one bit for each prefix of the part that matches so far (Shift-And), so each code point of the value is read once. */
function wildcardFinder(points: Points): GlobSegment["find"] {
  if (points.length > MAX_WILDCARD_LENGTH) return () => -1;
  let masks: Masks | undefined;
  return (value, from, start, end) => {
    masks ??= masksOf(points);
    const { ofPoint, ofOthers, words } = masks;
    const state = new Int32Array(words);
    const last = 1 << ((points.length - 1) & 31);
    for (let at = isInsidePair(value, from) ? from + 1 : from; at < value.length;) {
      const point = value.codePointAt(at) ?? 0;
      const mask = ofPoint.get(point) ?? ofOthers;
      let carry = start(value, at) ? 1 : 0;
      for (let word = 0; word < words; word += 1) {
        const bits = state[word] ?? 0;
        state[word] = ((bits << 1) | carry) & (mask[word] ?? 0);
        carry = bits >>> 31;
      }
      at += point > 0xffff ? 2 : 1;
      if (((state[words - 1] ?? 0) & last) !== 0 && end(value, at)) return at;
    }
    return -1;
  };
}

/** Which places of a part take a code point, as bits. */
interface Masks {
  readonly words: number;
  readonly ofPoint: ReadonlyMap<number, Int32Array>;
  /** The places of `?`. */
  readonly ofOthers: Int32Array;
}

function masksOf(points: Points): Masks {
  const words = Math.ceil(points.length / 32);
  const ofOthers = new Int32Array(words);
  const ofPoint = new Map<number, Int32Array>();
  for (const [place, point] of points.entries()) if (point === QUESTION_MARK) setBit(ofOthers, place);
  for (const [place, point = 0] of points.entries()) {
    if (point === QUESTION_MARK) continue;
    const mask = ofPoint.get(point) ?? Int32Array.from(ofOthers);
    setBit(mask, place);
    ofPoint.set(point, mask);
  }
  return { words, ofPoint, ofOthers };
}

function setBit(mask: Int32Array, place: number): void {
  mask[place >> 5] = (mask[place >> 5] ?? 0) | (1 << (place & 31));
}

function endOfPoints(points: Points, value: string, index: number): number {
  let at = index;
  for (const point of points) {
    const found = value.codePointAt(at);
    if (found === undefined || (point !== QUESTION_MARK && point !== found)) return -1;
    at += found > 0xffff ? 2 : 1;
  }
  return at;
}

/** The index that is so many code points before the end of a value, -1 if it has fewer. */
function stepBack(value: string, count: number): number {
  let at = value.length;
  for (let left = count; left > 0; left -= 1) {
    if (at <= 0) return -1;
    at -= isInsidePair(value, at - 1) ? 2 : 1;
  }
  return at;
}

function isInsidePair(value: string, index: number): boolean {
  const before = value.charCodeAt(index - 1);
  const after = value.charCodeAt(index);
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
}
