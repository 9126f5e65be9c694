/** In Unicode mode a surrogate matches only where it is not half of a pair. */
const loneSurrogate = /[\ud800-\udfff]/u;
// eslint-disable-next-line no-control-regex -- the range of ASCII includes the control characters
const beyondAscii = /[^\u0000-\u007f]/;

/** Whether a string has a surrogate without its other half, which UTF-8 cannot encode. */
export function hasLoneSurrogate(text: string): boolean {
  return loneSurrogate.test(text);
}

/** Moves surrogates above U+FFFF, where the code points that they encode belong. */
function rankOf(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}

/**
 * Compares two strings by Unicode code point, the order of keys in Canonical JSON (`<` compares UTF-16 units instead).
 *
 * @returns a negative number, zero or a positive number, as `Array.prototype.sort` wants.
 * @see {@link https://spec.matrix.org/v1.19/appendices/#canonical-json}
 */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return rankOf(left) - rankOf(right);
  }
  return a.length - b.length;
}

/** Counts the bytes of a string (or of its first `end` UTF-16 units, from `start`) in UTF-8; a lone surrogate counts three. */
export function utf8SizeBytes(text: string, start = 0, end: number = text.length): number {
  if (start === 0 && end === text.length && !beyondAscii.test(text)) return end;
  let size = 0;
  for (let index = start; index < end; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) size += 1;
    else if (unit < 0x800) size += 2;
    else if (unit >= 0xd800 && unit < 0xdc00 && isLowSurrogate(text.charCodeAt(index + 1))) {
      size += 4;
      index += 1;
    } else size += 3;
  }
  return size;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

/** Lowest and highest second byte after a first byte that narrows the range (no overlong forms, surrogates or code points over U+10FFFF). */
function secondByteRange(first: number): readonly [number, number] {
  if (first === 0xe0) return [0xa0, 0xbf];
  if (first === 0xed) return [0x80, 0x9f];
  if (first === 0xf0) return [0x90, 0xbf];
  if (first === 0xf4) return [0x80, 0x8f];
  return [0x80, 0xbf];
}

function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

/** Finds the first byte of the first sequence that is not UTF-8. @returns its offset, or -1 when all bytes are valid. */
export function findInvalidUtf8(bytes: Uint8Array): number {
  let offset = 0;
  while (offset < bytes.length) {
    const first = bytes[offset] ?? 0;
    const length = sequenceLength(first);
    if (length === 0 || offset + length > bytes.length) return offset;
    for (let index = 1; index < length; index += 1) {
      const [low, high] = index === 1 ? secondByteRange(first) : [0x80, 0xbf];
      const byte = bytes[offset + index] ?? 0;
      if (byte < low || byte > high) return offset;
    }
    offset += length;
  }
  return -1;
}
