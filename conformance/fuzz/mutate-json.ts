import type { Random } from "./random.ts";

/** Values that programs trip over. */
export const oddValues: readonly unknown[] = [
  null,
  true,
  0,
  -0,
  -1,
  1.5,
  1e300,
  2 ** 53,
  Number.MIN_SAFE_INTEGER,
  "",
  " ",
  "\0",
  "\u{1F600}".repeat(40),
  "\uD800",
  "\u202E",
  "../../../etc/passwd",
  "%00",
  "__proto__",
  "constructor",
  "x".repeat(300),
  "x".repeat(70_000),
  [],
  {},
  [[[[[[]]]]]],
  { __proto__: null, constructor: { prototype: {} } },
  JSON.parse('{"__proto__": {"polluted": true}}'),
];

/** Changes a value in one place: puts something odd there, drops it, doubles it, or renames it. */
export function mutateJson(random: Random, value: unknown): unknown {
  if (typeof value !== "object" || value === null || random.chance(0.15)) return random.pick(oddValues);
  if (Array.isArray(value)) return mutateArray(random, value as unknown[]);
  const entries = Object.entries(value);
  if (entries.length === 0 || random.chance(0.1))
    return { ...value, [random.pick(["x", "__proto__", "", "room_id", "type"])]: random.pick(oddValues) };
  const at = random.below(entries.length);
  const [key, inner] = entries[at] ?? ["", undefined];
  const kind = random.below(4);
  if (kind === 0) entries.splice(at, 1);
  else if (kind === 1) entries[at] = [`${key}x`, inner];
  else entries[at] = [key, mutateJson(random, inner)];
  return Object.fromEntries(entries);
}

function mutateArray(random: Random, value: unknown[]): unknown[] {
  if (value.length === 0) return [random.pick(oddValues)];
  const at = random.below(value.length);
  const kind = random.below(3);
  if (kind === 0) return value.toSpliced(at, 1);
  if (kind === 1) return Array.from({ length: 200 }, () => value[at]);
  return value.with(at, mutateJson(random, value[at]));
}

/** Changes a text in a few places. */
export function mutateText(random: Random, text: string): string {
  let changed = text;
  for (let i = 0; i <= random.below(3); i++) {
    const at = random.below(changed.length + 1);
    const piece = random.pick([
      "",
      "\0",
      "%",
      "\\",
      '"',
      "<",
      ">",
      "&",
      ":",
      "@",
      "!",
      "$",
      "#",
      "/",
      "?",
      "*",
      "\uD800",
      "é",
      "\u{1F600}",
      "0",
      "x".repeat(300),
    ]);
    const kind = random.below(4);
    if (kind === 0) changed = changed.slice(0, at) + changed.slice(at + 1 + random.below(4));
    else if (kind === 1) changed = changed.slice(0, at) + piece + changed.slice(at);
    else if (kind === 2) changed = changed.slice(0, at) + changed.slice(at, at + 8).repeat(1 + random.below(50)) + changed.slice(at);
    else changed = changed.slice(0, at) + piece + changed.slice(at + 1);
  }
  return changed;
}

/** The odd values as they can stand in a path or a query. */
export const oddTexts: readonly string[] = oddValues.map((value) => (typeof value === "string" ? value : JSON.stringify(value)));
