import * as fc from "fast-check";
import { expect, it } from "vitest";
import { parseJson } from "../http/fetch-once.ts";
import { splitAnswer } from "./split-answer.ts";

const utf8 = new TextEncoder();
const sections = ["join", "invite", "knock", "leave"] as const;
const names = fc.oneof(fc.constantFrom("rooms", "join", "__proto__", "", 'a "quoted" \\ name'), fc.string({ unit: "grapheme" }));
const values = fc.oneof(fc.jsonValue(), fc.constant("ü\u{1F600}".repeat(3_000)), fc.constant({ '}]"\\': '{[\\"' }));
const section = fc.dictionary(names, values, { maxKeys: 12 });
const answers = fc.dictionary(
  names,
  fc.oneof(fc.jsonValue(), fc.record({ join: section, invite: section, leave: section, other: values })),
);

/** Puts the rooms back in their places. */
async function readSplit(text: string): Promise<unknown> {
  const bytes = utf8.encode(text);
  let turns = 0;
  const split = await splitAnswer(bytes, () => void (turns += 1));
  if (!split) return undefined;
  const read = parseJson(split.rest) as Record<string, Record<string, object>>;
  for (const { section: name, bytes: members } of split.rooms) {
    const into = read["rooms"]?.[name] ?? expect.unreachable("a section is gone");
    for (const [id, room] of Object.entries(parseJson(members, "members") as object))
      Object.defineProperty(into, id, { value: room, enumerable: true, configurable: true, writable: true });
  }
  return read;
}

it("loses nothing of any answer, and changes nothing", async () => {
  const hasSections = (answer: object): boolean => {
    const rooms: unknown = Object.hasOwn(answer, "rooms") ? Reflect.get(answer, "rooms") : {};
    if (typeof rooms !== "object" || rooms === null || Array.isArray(rooms)) return false;
    return Object.entries(rooms).every(
      ([name, of]) => !sections.some((one) => one === name) || (typeof of === "object" && of !== null && !Array.isArray(of)),
    );
  };
  await fc.assert(
    fc.asyncProperty(answers, fc.constantFrom(undefined, 1, "\t"), async (answer, space) => {
      const text = JSON.stringify(answer, undefined, space);
      // One whose rooms are none is left to whoever reads all of it.
      expect(await readSplit(text)).toEqual(hasSections(answer) ? JSON.parse(text) : undefined);
    }),
  );
});

it("cuts between rooms, some kilobytes at a time", async () => {
  const join = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`!r${at}`, { text: "x".repeat(2_000) }]));
  const split = await splitAnswer(utf8.encode(JSON.stringify({ rooms: { join }, next_batch: "t" })), () => undefined);
  expect(parseJson(split?.rest ?? new Uint8Array())).toEqual({ rooms: { join: {} }, next_batch: "t" });
  expect(split?.rooms.length).toBeGreaterThan(5);
  for (const { bytes } of split?.rooms ?? []) expect(bytes.length).toBeLessThan(30_000);
});

it("takes no text for an answer that is none", async () => {
  const wrong = [
    "",
    "[]",
    "5",
    '{"rooms":{"join":{"!a":{}',
    '{"rooms":{"join":{"!a":{} "!b":{}}}}',
    '{"rooms":{"join":[]}}',
    '{"rooms":{"join":{"!a":{},}}}',
    "{a:1}",
  ];
  for (const text of wrong) expect(await splitAnswer(utf8.encode(text), () => undefined), text).toBeUndefined();
  // What is wrong further in is found by whoever reads it.
  const split = await splitAnswer(utf8.encode('{"rooms":{"join":{"!a":{"b":}}}}'), () => undefined);
  expect(() => parseJson(split?.rooms[0]?.bytes ?? new Uint8Array(), "members")).toThrow("not JSON");
});
