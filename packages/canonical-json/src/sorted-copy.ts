import { type KeyOrder, keyOrder } from "./key-order.ts";

/**
 * Prepares a value for `JSON.stringify`, which is faster than any writer in JavaScript but keeps the order of insertion.
 *
 * Objects in order are returned as they are; others are copied with their keys sorted by UTF-16 unit.
 *
 * @returns `undefined` for what native code would encode differently (integer-like keys out of order, keys with units from U+D800 up, numbers that are not safe integers,
 * instances of classes, nesting over `levels`); the writer then decides.
 */
export function sortedCopy(value: object, levels: number): object | undefined {
  if (levels <= 0) return undefined;
  if (Array.isArray(value)) return sortedArray(value, levels);
  if (!isPlain(value)) return undefined;
  const order = keyOrder(Object.keys(value));
  if (!order.isNative) return undefined;
  return order.sorted === order.keys ? withSortedMembers(value, order.keys, levels) : withSortedKeys(value, order, levels);
}

/** Objects of other realms and without a prototype count as plain: their prototype chain ends after one step at most. */
export function isPlain(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype) return true;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Whether a value is encoded alike by `JSON.stringify` and by the writer, if its strings are well formed. */
function isRegularScalar(value: unknown): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isSafeInteger(value);
    default:
      return value === null;
  }
}

function sortedArray(items: readonly unknown[], levels: number): object | undefined {
  let copy: unknown[] | undefined;
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index];
    if (typeof item === "string") continue;
    if (typeof item === "object" && item !== null) {
      const sorted = sortedCopy(item, levels - 1);
      if (sorted === undefined) return undefined;
      if (sorted !== item) (copy ??= [...items])[index] = sorted;
    } else if (!isRegularScalar(item)) return undefined;
  }
  return copy ?? items;
}

function withSortedMembers(value: Record<string, unknown>, keys: readonly string[], levels: number): object | undefined {
  // One call for all values is faster than a look-up by name for each.
  const members = Object.values(value);
  let copy: Record<string, unknown> | undefined;
  for (let index = 0; index < members.length; index += 1) {
    const member = members[index];
    if (typeof member === "string") continue;
    if (typeof member === "object" && member !== null) {
      const sorted = sortedCopy(member, levels - 1);
      if (sorted === undefined) return undefined;
      if (sorted === member) continue;
      const key = keys[index] ?? "";
      if (key === "__proto__") return undefined;
      (copy ??= { ...value })[key] = sorted;
    } else if (member !== undefined && !isRegularScalar(member)) return undefined;
  }
  return copy ?? value;
}

function withSortedKeys(value: Record<string, unknown>, { sorted, places }: KeyOrder, levels: number): object | undefined {
  const members = Object.values(value);
  const copy: Record<string, unknown> = {};
  for (let index = 0; index < sorted.length; index += 1) {
    const member = members[places[index] ?? index];
    const key = sorted[index] ?? "";
    if (typeof member === "object" && member !== null) {
      const inner = sortedCopy(member, levels - 1);
      if (inner === undefined) return undefined;
      copy[key] = inner;
    } else if (member === undefined || isRegularScalar(member)) copy[key] = member;
    else return undefined;
  }
  return copy;
}
