import { afterAll, beforeAll, expect, it } from "vitest";
import { type TemporaryCore, temporaryCore } from "../../tests/temporary-core.ts";
import { limits } from "../limits.ts";
import { operation } from "../store/statement.ts";
import { insertSearchText } from "../store/statements/search.ts";
import { readCandidates } from "./read-candidates.ts";
import type { Candidate } from "./search-text.ts";

const EVENTS = 25_000;
const NEWEST = Number.MAX_SAFE_INTEGER;
let temporary: TemporaryCore;
beforeAll(async () => {
  temporary = await temporaryCore();
  const wordsOf = (n: number): string[] => [
    `_r${n % 2} _s1 _body all`,
    ...[2, 10, 50, 1_000].filter((each) => n % each === 0).map((each) => `each${each}`),
    ...(n <= 500 ? ["old"] : []),
    ...(n >= EVENTS - 500 ? ["new"] : []),
  ];
  const operations = Array.from({ length: EVENTS }, (_, i) => operation(insertSearchText, (i + 1) * 64, wordsOf(i + 1).join(" ")));
  while (operations.length > 0) await temporary.core.store.commit(operations.splice(0, 5_000));
}, 60_000);
afterAll(() => temporary[Symbol.asyncDispose]());

const read = (words: string, before = NEWEST, counts: (candidate: Candidate) => boolean = () => true, narrowed = words) =>
  readCandidates(temporary.core.store, { words, narrowed, before, counts });
/** The numbers of events that a search must find, newest first. */
const expected = (has: (n: number) => boolean): number[] =>
  Array.from({ length: EVENTS }, (_, i) => EVENTS - i)
    .filter(has)
    .map((n) => n * 64);

it.each<[string, (n: number) => boolean]>([
  ["each50", (n) => n % 50 === 0],
  ["each1000", (n) => n % 1_000 === 0],
  ["each1000 AND each50 AND all", (n) => n % 1_000 === 0],
  ["old", (n) => n <= 500],
  ["new", (n) => n >= EVENTS - 500],
  ["(old OR new) AND each10", (n) => n % 10 === 0 && (n <= 500 || n >= EVENTS - 500)],
  ["each100*", (n) => n % 1_000 === 0],
  ["none", () => false],
  ["all AND none", () => false],
])("finds all that has %s, newest first", async (words, has) => {
  const { found, rest } = await read(words);
  expect([found.map(({ nid }) => nid), rest]).toEqual([expected(has), undefined]);
});

it("goes on before a number", async () => {
  const { found, rest } = await read("each1000", 10_000 * 64);
  expect([found.map(({ nid }) => nid), rest]).toEqual([expected((n) => n % 1_000 === 0 && n < 10_000), undefined]);
});

it("ends with the newest so many that count, and says where more begin", async () => {
  for (const [words, step] of [
    ["all", 1],
    ["each2", 2],
    ["each10", 10],
  ] as const) {
    const { found, rest } = await read(words);
    const nids = expected((n) => n % step === 0).slice(0, limits.searchCandidates.value);
    expect([words, found.map(({ nid }) => nid), rest]).toEqual([words, nids, nids.at(-1)]);
  }
  const odd = await read("all", NEWEST, ({ roomNid }) => roomNid === 1);
  expect(odd.found.map(({ nid }) => nid)).toEqual(expected((n) => n % 2 === 1).slice(0, limits.searchCandidates.value));
});

it("looks at so many at most, and goes on from there where few of them count", async () => {
  const wanted = ({ nid }: Candidate): boolean => nid % (64 * 5_000) === 0;
  const { found, rest = 0 } = await read("all", NEWEST, wanted);
  const looked = EVENTS - rest / 64 + 1;
  expect(looked).toBeGreaterThanOrEqual(limits.searchedEvents.value);
  expect(found.map(({ nid }) => nid / 64)).toEqual([25_000, 20_000, 15_000, 10_000, 5_000].filter((n) => n * 64 >= rest));
  const { found: others } = await read("all", rest, wanted);
  expect([...found, ...others].map(({ nid }) => nid / 64)).toEqual([25_000, 20_000, 15_000, 10_000, 5_000]);
});

it("asks for the few that count where most do not", async () => {
  const wanted = ({ words }: Candidate): boolean => words.includes(" old ");
  expect((await read("all", NEWEST, wanted)).found).toEqual([]);
  const { found, rest } = await read("all", NEWEST, wanted, "all AND old");
  expect([found.map(({ nid }) => nid), rest]).toEqual([expected((n) => n <= 500), undefined]);
});
