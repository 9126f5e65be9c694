// Whatever was said, edited, redacted and left: a search finds what somebody finds who reads everything that they may read.
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { type TestHomeserver, testHomeserver, type TestUser } from "../../src/testing/index.ts";
import { type Found, Searcher } from "./searcher.ts";

const words = ["fir", "oak", "Élm", "天気", "気"] as const;
const visibilities = ["shared", "joined", "invited"] as const;

type Step =
  | { readonly do: "say"; readonly user: number; readonly room: number; readonly said: readonly string[] }
  | { readonly do: "topic"; readonly room: number; readonly said: readonly string[] }
  | { readonly do: "redact"; readonly user: number; readonly pick: number }
  | { readonly do: "move"; readonly user: number; readonly room: number }
  | { readonly do: "forget"; readonly user: number; readonly room: number }
  | { readonly do: "ignore"; readonly user: number; readonly pick: number }
  | { readonly do: "visibility"; readonly room: number; readonly visibility: (typeof visibilities)[number] }
  | { readonly do: "search"; readonly user: number; readonly terms: readonly string[]; readonly limit: number; readonly order: string };

const user = fc.nat({ max: 2 });
const room = fc.nat({ max: 1 });
const said = fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ do: fc.constant("say" as const), user, room, said }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("topic" as const), room, said }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("redact" as const), user, pick: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("move" as const), user: fc.integer({ min: 1, max: 2 }), room }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("forget" as const), user: fc.integer({ min: 1, max: 2 }), room }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("ignore" as const), user, pick: fc.nat({ max: 3 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("visibility" as const), room, visibility: fc.constantFrom(...visibilities) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("search" as const),
      user,
      terms: fc.uniqueArray(fc.constantFrom(...words, "x"), { minLength: 1, maxLength: 2 }),
      limit: fc.integer({ min: 1, max: 4 }),
      order: fc.constantFrom("recent", "rank"),
    }),
  },
);

interface Page {
  readonly chunk: readonly Found[];
  readonly end?: string;
}

/** Three users and two rooms, and a search that reads everything. */
class World {
  readonly users: readonly TestUser[];
  readonly searchers: readonly Searcher[];
  readonly rooms: readonly string[];
  readonly #server: TestHomeserver;
  readonly #said: { readonly user: number; readonly room: number; readonly id: string }[] = [];
  readonly #isIn: readonly Set<number>[];
  readonly #ignored: (number | undefined)[] = [];
  readonly done = new Map<string, number>();

  constructor(server: TestHomeserver, users: readonly TestUser[], rooms: readonly string[]) {
    this.#server = server;
    this.users = users;
    this.rooms = rooms;
    this.searchers = users.map((one) => new Searcher(server, one));
    this.#isIn = users.map((_, i) => new Set(i === 0 ? [0, 1] : []));
  }

  note(what: string): void {
    this.done.set(what, (this.done.get(what) ?? 0) + 1);
  }

  async run(step: Step): Promise<void> {
    if (await this.#try(step)) this.note(step.do);
  }

  /** @returns Whether it could be done. */
  async #try(step: Step): Promise<boolean> {
    if (step.do === "search") return this.#search(step);
    if (step.do === "redact") return this.#redact(step);
    if (step.do === "move" || step.do === "forget") return this.#move(step);
    if (step.do === "ignore") return this.#ignore(step);
    if (step.do === "say") return this.#say(step);
    const [type, content] =
      step.do === "visibility"
        ? ["m.room.history_visibility", { history_visibility: step.visibility }]
        : ["m.room.topic", { topic: step.said.join(" ") }];
    await this.#of(0).setState(this.#room(step.room), type, content);
    return true;
  }

  async #say({ user: who, room: index, said: ones }: Extract<Step, { do: "say" }>): Promise<boolean> {
    if (!this.#isIn[who]?.has(index)) return false;
    const id = await this.#of(who).say(this.#room(index), `${ones.join(", ")}.`);
    this.#said.push({ user: who, room: index, id });
    return true;
  }

  async #ignore({ user: who, pick }: Extract<Step, { do: "ignore" }>): Promise<boolean> {
    const other = pick === who ? undefined : this.users[pick];
    this.#ignored[who] = other && pick;
    const ignored_users = other ? { [other.userId]: {} } : {};
    await this.#of(who).must("PUT", `/user/${this.users[who]?.userId ?? ""}/account_data/m.ignored_user_list`, { ignored_users });
    return true;
  }

  async #redact({ user: by, pick }: Extract<Step, { do: "redact" }>): Promise<boolean> {
    const own = this.#said.filter((one) => (one.user === by || by === 0) && this.#isIn[by]?.has(one.room));
    const one = own[pick % Math.max(1, own.length)];
    if (one) await this.#of(by).redact(this.#room(one.room), one.id);
    return one !== undefined;
  }

  async #move({ do: what, user: who, room: index }: Extract<Step, { do: "move" | "forget" }>): Promise<boolean> {
    const isIn = this.#isIn[who]?.has(index) ?? false;
    if (what === "forget" && isIn) return false;
    const way = what === "forget" ? "forget" : isIn ? "leave" : "join";
    const { status } = await this.#server.requestAs(this.users[who] as TestUser, "POST", `/rooms/${this.#room(index)}/${way}`, {});
    if (way === "join") this.#isIn[who]?.add(index);
    if (way === "leave") this.#isIn[who]?.delete(index);
    return status === 200;
  }

  async #search({ user: who, terms, limit, order }: Extract<Step, { do: "search" }>): Promise<boolean> {
    const searcher = this.#of(who);
    const naive = await this.#naive(who, terms);
    const criteria = { order_by: order, filter: { limit } };
    const found: string[] = [];
    for (let token: string | undefined, pages = 0; ; pages++) {
      const page = await searcher.search(terms.join(" "), criteria, token);
      expect(page.count).toBe(naive.length);
      found.push(...page.ids);
      token = page.next_batch;
      if (token === undefined) break;
      this.note("page");
      expect(pages).toBeLessThan(200);
    }
    expect(found.toSorted()).toEqual(naive.toSorted());
    const { results } = await searcher.search(terms.join(" "), { ...criteria, filter: { limit: 100 } });
    const ranks = results.map(({ rank }) => rank);
    if (order === "rank") expect(ranks).toEqual(ranks.toSorted((a, b) => b - a));
    // What is newest comes first: within each room as in its timeline.
    else for (const id of this.rooms) expect(of(results, id)).toEqual(naive.filter((one) => of(results, id).includes(one)));
    this.note(`${naive.length === 0 ? "nothing" : "something"} found`);
    return true;
  }

  /** Reads everything that somebody may read, newest first. */
  async #naive(who: number, terms: readonly string[]): Promise<string[]> {
    const ignored = this.#ignored[who];
    const unheard = ignored === undefined ? undefined : this.users[ignored]?.userId;
    const found: string[] = [];
    for (const id of this.rooms) {
      for (let from = ""; ;) {
        const { status, body } = await this.#server.requestAs<Page>(
          this.users[who] as TestUser,
          "GET",
          `/rooms/${id}/messages?dir=b&limit=100${from}`,
        );
        if (status !== 200) break;
        found.push(...body.chunk.filter((event) => event.sender !== unheard && has(event, terms)).map((event) => event.event_id));
        if (body.end === undefined) break;
        from = `&from=${body.end}`;
      }
    }
    return found;
  }

  #of(who: number): Searcher {
    return this.searchers[who] as Searcher;
  }

  #room(index: number): string {
    return this.rooms[index] ?? "";
  }
}

const of = (results: readonly { readonly result: Found }[], id: string): string[] =>
  results.flatMap(({ result }) => (result.room_id === id ? result.event_id : []));

function has({ type, content }: Found, terms: readonly string[]): boolean {
  const text = type === "m.room.message" ? content["body"] : type === "m.room.topic" ? content["topic"] : "";
  if (typeof text !== "string") return false;
  const ones = text
    .toLowerCase()
    .replaceAll("é", "e")
    .split(/[ ,.]+/);
  return terms.every((term) =>
    /[a-z]/i.test(term) ? ones.includes(term.toLowerCase().replace("é", "e")) : ones.some((one) => one.includes(term)),
  );
}

it("finds what reading everything finds, for everybody, page by page", async () => {
  await using server = await testHomeserver();
  const done = new Map<string, number>();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 60 }), async (steps) => {
      const users = [];
      for (const name of ["a", "b", "c"]) users.push(await server.register(`${name}${run}`));
      run++;
      const rooms = [await server.createRoom(users[0] as TestUser), await server.createRoom(users[0] as TestUser)];
      const world = new World(server, users, rooms);
      for (const one of steps) await world.run(one);
      for (const [what, count] of world.done) done.set(what, (done.get(what) ?? 0) + count);
    }),
    { numRuns: 15, seed: 11, endOnFailure: true },
  );
  for (const what of [
    "say",
    "topic",
    "redact",
    "move",
    "forget",
    "ignore",
    "visibility",
    "search",
    "page",
    "something found",
    "nothing found",
  ])
    expect([what, done.get(what) ?? 0], what).toEqual([what, expect.toSatisfy((count: number) => count >= 5)]);
}, 120_000);
