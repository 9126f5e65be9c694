const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The deepest nesting of a JSON body. */
export const MAX_JSON_DEPTH = 500;

/** Tells whether JSON nests deeper than {@link MAX_JSON_DEPTH}, from its bytes: nothing is parsed yet, so nothing can overflow. */
export function isTooDeep(json: Uint8Array): boolean {
  // Every level needs a bracket.
  if (json.length <= MAX_JSON_DEPTH) return false;
  let depth = 0;
  for (let i = 0; i < json.length; i++) {
    const byte = json[i];
    if (byte === QUOTE) {
      for (i++; i < json.length && json[i] !== QUOTE; i++) if (json[i] === BACKSLASH) i++;
    } else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > MAX_JSON_DEPTH) return true;
    } else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return false;
}
