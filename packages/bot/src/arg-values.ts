import { isRoomAlias, isRoomId, isUserId, parseMatrixLink } from "@patrix/identifiers";
import type { ArgTypes } from "./args-types.ts";

/** Reads a word as a value of a type; `undefined` if it is none. */
type ReadArg = (word: string) => unknown;

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const words: Readonly<Record<string, boolean>> = { true: true, yes: true, on: true, false: false, no: false, off: false };

/** How each type of argument is read. */
export const argReaders: { readonly [T in keyof ArgTypes]: ReadArg } = {
  string: (word) => (word === "" ? undefined : word),
  int: (word) => (/^[+-]?\d{1,16}$/.test(word) && Number.isSafeInteger(Number(word)) ? Number(word) : undefined),
  number: (word) => (/^[+-]?(\d{1,300}(\.\d{0,300})?|\.\d{1,300})$/.test(word) && Number.isFinite(Number(word)) ? Number(word) : undefined),
  duration: readDuration,
  user: (word) => readLink(word, isUserId),
  room: (word) => readLink(word, (id) => isRoomId(id) || isRoomAlias(id)),
  bool: (word) => (Object.hasOwn(words, word.toLowerCase()) ? words[word.toLowerCase()] : undefined),
};

/** Reads `1h30m` and the like as milliseconds: units from the largest to the smallest, each at most once. */
export function readDuration(word: string): number | undefined {
  if (word.length > 64) return undefined;
  const parts = [...word.toLowerCase().matchAll(/(\d{1,12}(?:\.\d{1,6})?)(ms|[smhdw])/gy)];
  if (parts.length === 0 || parts.map(([text]) => text).join("") !== word.toLowerCase()) return undefined;
  let total = 0;
  let last = Infinity;
  for (const [, amount = "", unit = ""] of parts) {
    const unitMs = unitsMs[unit] ?? 0;
    if (unitMs >= last) return undefined;
    last = unitMs;
    total += Number(amount) * unitMs;
  }
  return Number.isSafeInteger(Math.round(total)) ? Math.round(total) : undefined;
}

/** Reads an identifier, or a link to what has one. */
function readLink(word: string, isWanted: (id: string) => boolean): string | undefined {
  if (isWanted(word)) return word;
  if (!/^(https:\/\/matrix\.to\/|matrix:)/.test(word)) return undefined;
  try {
    const { id } = parseMatrixLink(word);
    return isWanted(id) ? id : undefined;
  } catch {
    return undefined;
  }
}
