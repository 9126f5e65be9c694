// Each limit on what a search reads and answers is crossed; how many events it looks at in src/search/read-candidates.test.ts.
import { afterAll, beforeAll, expect, it } from "vitest";
import { limits } from "../../src/limits.ts";
import { type TestHomeserver, testHomeserver, type TestUser } from "../../src/testing/index.ts";
import { Searcher } from "./searcher.ts";

let server: TestHomeserver;
let user: TestUser;
let alice: Searcher;
beforeAll(async () => {
  server = await testHomeserver();
  user = await server.register("alice");
  alice = new Searcher(server, user);
});
afterAll(() => server[Symbol.asyncDispose]());

const numbers = (length: number): number[] => Array.from({ length }, (_, i) => i);

it("searchedText: what comes late in a long text is not searched", async () => {
  const room = await server.createRoom(user);
  const id = await alice.say(room, `early ${"x".repeat(limits.searchedText.value - 10)} late`);
  expect([(await alice.search("early")).ids, (await alice.search("late")).ids]).toEqual([[id], []]);
});

it("searchPage: an answer has so many results, and names where the next one begins", async () => {
  const room = await server.createRoom(user);
  for (const i of numbers(limits.searchPage.value + 1)) await alice.say(room, `page ${i}`);
  const criteria = { filter: { limit: 1_000 }, order_by: "recent" };
  const first = await alice.search("page", criteria);
  expect([first.ids.length, first.count]).toEqual([limits.searchPage.value, limits.searchPage.value + 1]);
  const second = await alice.search("page", criteria, first.next_batch);
  expect([second.results[0]?.result.content["body"], second.ids.length, second.next_batch]).toEqual(["page 0", 1, undefined]);
  const one = await alice.search("page", { filter: { limit: 0 } });
  expect(one.ids).toHaveLength(1);
});

it("searchContext: so many events are shown before a result, and as many after it", async () => {
  const room = await server.createRoom(user);
  for (const i of numbers(61)) await alice.say(room, i === 30 ? "landmark" : "around");
  const [result] = (await alice.search("landmark", { event_context: { before_limit: 1_000, after_limit: 1_000 } })).results;
  expect([result?.context?.events_before.length, result?.context?.events_after.length]).toEqual([
    limits.searchContext.value,
    limits.searchContext.value,
  ]);
  const [bare] = (await alice.search("landmark", { event_context: { before_limit: 0, after_limit: -1 } })).results;
  expect(bare?.context).toMatchObject({ events_before: [], events_after: [] });
});

it("searchPageBytes: an answer is cut before it is too large, and the next one goes on", async () => {
  const room = await server.createRoom(user);
  const filler = "x".repeat(60_000);
  const fitting = Math.ceil(limits.searchPageBytes.value / filler.length);
  const ids: string[] = [];
  for (const i of numbers(fitting + 2)) ids.push(await alice.say(room, `large ${i}`, { filler }));
  const criteria = { filter: { limit: 100 }, order_by: "recent" };
  const first = await alice.search("large", criteria);
  expect(first.ids.length).toBeLessThanOrEqual(fitting + 1);
  const second = await alice.search("large", criteria, first.next_batch);
  expect([...first.ids, ...second.ids]).toEqual(ids.toReversed());
});

it("searchStateBytes: states are left out once there is so much of them", async () => {
  const found: string[] = [];
  for (const name of ["one", "two"]) {
    const room = await server.createRoom(user);
    found.unshift(room);
    const filler = "x".repeat(60_000);
    const count = name === "one" ? 1 : Math.ceil(limits.searchStateBytes.value / filler.length);
    for (const i of numbers(count)) await alice.setState(room, `org.example.filler/${i}`, { filler });
    await alice.say(room, "heavy");
  }
  const { ids, state = {} } = await alice.search("heavy", { include_state: true, order_by: "recent" });
  expect([ids.length, Object.keys(state)]).toEqual([2, [found[0]]]);
});
