import * as fc from "fast-check";
import { expect, it } from "vitest";
import { parseInTurns } from "./parse-in-turns.ts";

const noTurn = (): undefined => undefined;
/** Makes any object large enough to be read piece by piece. */
const padding = `"padding": "${"x".repeat(262_144)}"`;
const long = fc.constantFrom("a", 'quote " and \\ backslash', "\\", "é\u2028", "y".repeat(40_000), "z".repeat(70_000));
const items = fc.array(fc.oneof(long, fc.jsonValue()), { maxLength: 12 });
const objects = fc.dictionary(fc.oneof(fc.string(), fc.constantFrom("pdus", "0", "toString")), fc.oneof(items, fc.jsonValue()), {
  maxKeys: 6,
});

/** What comes of a text: its value, or that it is none. */
const outcome = async (parse: (text: string) => unknown, text: string): Promise<unknown> => {
  try {
    return JSON.stringify(await parse(text));
  } catch (error) {
    return error instanceof SyntaxError ? "refused" : error;
  }
};

it("reads what JSON.parse reads", async () => {
  let pieces = 0;
  await fc.assert(
    fc.asyncProperty(objects, fc.constantFrom(undefined, 1, "\t"), async (object, space) => {
      const members = JSON.stringify(object, undefined, space).slice(1, -1);
      const text = ` { ${padding}${Object.keys(object).length === 0 ? "" : ","}${members} } `;
      expect(await parseInTurns(text, async () => void pieces++)).toEqual(JSON.parse(text));
    }),
    { numRuns: 200 },
  );
  expect(pieces).toBeGreaterThan(50);
});

it("refuses what JSON.parse refuses, and nothing else", async () => {
  let refused = 0;
  const change = fc.record({
    at: fc.nat(),
    gone: fc.nat({ max: 2 }),
    come: fc.constantFrom("", ",", '"', "[", "]", "{", "}", ":", "\\", " ", "1"),
  });
  await fc.assert(
    fc.asyncProperty(objects, change, async (object, { at, gone, come }) => {
      const members = JSON.stringify(object).slice(1);
      const place = at % (members.length + 1);
      const text = `{${padding},${members.slice(0, place)}${come}${members.slice(place + gone)}`;
      const expected = await outcome(JSON.parse, text);
      expect(await outcome((changed) => parseInTurns(changed, noTurn), text)).toEqual(expected);
      if (expected === "refused") refused++;
    }),
    { numRuns: 400 },
  );
  expect(refused).toBeGreaterThan(100);
});

it.each([
  ["a list", `[${'"x",'.repeat(100_000)}1]`],
  ["a text", `"${"x".repeat(300_000)}"`],
  ["an object with a member __proto__", `{"__proto__": [1], ${padding}}`],
  ["an object whose key comes twice", `{"a": [1], "a": [2], ${padding}}`],
  ["an empty list in an object", `{"a": [ ], ${padding}}`],
])("reads %s as it is", async (_what, text) => {
  const read = await parseInTurns(text, noTurn);
  expect(read).toEqual(JSON.parse(text));
  expect(Object.getPrototypeOf(read)).toBe(Object.getPrototypeOf(JSON.parse(text)));
});

it.each([
  ["a comma behind the last value", `{${padding}, "a": ["${"x".repeat(70_000)}", ]}`],
  ["no value before a comma", `{${padding}, "a": [, 1]}`],
  ["a list that does not end", `{${padding}, "a": [1`],
  ["something behind it", `{${padding}} x`],
])("refuses %s", async (_what, text) => {
  await expect(parseInTurns(text, noTurn)).rejects.toThrow(SyntaxError);
});
