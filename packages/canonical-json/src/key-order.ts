/** The keys of objects of one shape, and what sorting them gives. */
export interface KeyOrder {
  readonly keys: readonly string[];
  /** The same keys sorted by UTF-16 unit; the very list of keys where it is sorted already. */
  readonly sorted: readonly string[];
  /** Where each sorted key stands among the keys. */
  readonly places: readonly number[];
  /** Whether native code can write them in order: the orders by unit and by code point agree, and insertion keeps them. */
  readonly isNative: boolean;
}

/** Orders by first key: events repeat a few shapes. Bounded in entries and sizes, so that no input can pin memory. */
const known: Map<string, KeyOrder> = /* @__PURE__ */ new Map();
const MAX_KNOWN = 1_024;
const MAX_KNOWN_KEYS = 48;
const MAX_KNOWN_KEY_LENGTH = 64;
const noKeys: KeyOrder = { keys: [], sorted: [], places: [], isNative: true };

/** Finds how the keys of an object sort. Keys of equal text are mostly the same string in memory, so this compares few characters. */
export function keyOrder(keys: readonly string[]): KeyOrder {
  const first = keys[0];
  if (first === undefined) return noKeys;
  const order = known.get(first);
  if (order !== undefined && isSame(order.keys, keys)) return order;
  return learn(first, keys);
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 1; index < a.length; index += 1) if (a[index] !== b[index]) return false;
  return true;
}

function learn(first: string, keys: readonly string[]): KeyOrder {
  const sorted = isSorted(keys) ? keys : keys.toSorted();
  const keepsOrder = sorted === keys || !sorted.some((key) => startsWithDigit(key) || key === "__proto__");
  const places = sorted === keys ? noKeys.places : placesOf(keys, sorted);
  const order: KeyOrder = { keys, sorted, places, isNative: keepsOrder && !sorted.some((key) => wideUnit.test(key)) };
  if (keys.length <= MAX_KNOWN_KEYS && keys.every((key) => key.length <= MAX_KNOWN_KEY_LENGTH)) {
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(first, order);
  }
  return order;
}

function placesOf(keys: readonly string[], sorted: readonly string[]): number[] {
  const places = new Map(keys.map((key, place) => [key, place]));
  return sorted.map((key) => places.get(key) ?? 0);
}

/** Whether keys are in the order of their UTF-16 units. */
export function isSorted(keys: readonly string[]): boolean {
  let previous = keys[0] ?? "";
  for (let index = 1; index < keys.length; index += 1) {
    const key = keys[index] ?? "";
    if (key < previous) return false;
    previous = key;
  }
  return true;
}

/** An object orders integer-like keys by number and first, whatever the order of insertion. */
function startsWithDigit(key: string): boolean {
  const unit = key.charCodeAt(0);
  return unit >= 0x30 && unit <= 0x39;
}

/** UTF-16 units that sort differently as code points. */
export const wideUnit: RegExp = /[\ud800-\uffff]/;
