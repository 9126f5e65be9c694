// Whatever users send, relate, redact, ignore, leave and join: the server says of relations what follows from the timeline they see.
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestHomeserver, testHomeserver, type TestUser } from "../../src/testing/index.ts";
import { flatten, NaiveRoom } from "./naive-relations.ts";
import { type EventPage, ignore, related, type RelatedEvent, RelatedRoom } from "./related-room.ts";
import { assertOften } from "../assert-often.ts";

let now = 1_700_000_000_000;
let server: TestHomeserver;
let users: readonly [TestUser, TestUser, TestUser];
beforeAll(async () => {
  server = await testHomeserver({ clock: { now: () => now }, config: { daily_limits: { roomsPerDay: 100_000 } } });
  users = [await server.register("alice"), await server.register("bob"), await server.register("carol")];
});
afterAll(() => server[Symbol.asyncDispose]());

const user = fc.constantFrom(0, 1, 2);
/** An event of those before, counted from the newest: what was said last is related to most. */
const target = fc.oneof({ weight: 3, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(40) });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("say" as const), user, target: fc.constant(0) }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constantFrom("reply", "reply", "edit of oneself", "refer", "react"), user, target }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom("encrypted reply", "nested reply", "edit", "bad edit"), user, target }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("redact", "topic"), user, target }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("ignore", "leave", "join", "join"), user: fc.constantFrom(1, 2), target }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("look" as const), user, target }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** How often each kind of step must succeed, and each kind of thing be seen, over all runs. */
const minima: Readonly<Record<string, number>> = {
  say: 30,
  reply: 25,
  "encrypted reply": 2,
  "edit of oneself": 12,
  edit: 1,
  "bad edit": 1,
  refer: 8,
  react: 8,
  redact: 4,
  topic: 1,
  ignore: 3,
  leave: 1,
  join: 1,
  look: 35,
  "no thread from a relation": 1,
  "bundled edits": 40,
  "bundled threads": 100,
  "bundled references": 40,
  "edits in threads": 5,
  "lists of threads": 10,
};

class World {
  readonly #room: RelatedRoom;
  readonly #counts: Map<string, number>;
  readonly #ids: string[] = [];
  readonly #said: string[] = [];
  readonly #ignored = new Map<TestUser, TestUser>();

  constructor(room: RelatedRoom, counts: Map<string, number>) {
    this.#room = room;
    this.#counts = counts;
  }

  count(kind: string, times = 1): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + times);
  }

  async take({ kind, user: by, target: back }: Step): Promise<void> {
    // Some events of a room come at the same time.
    now += back % 2;
    const actor = users[by] ?? users[0];
    if (kind === "look") return this.look(actor);
    const among = kind === "reply" || kind === "encrypted reply" ? this.#said : this.#ids;
    const at = among.at(-1 - (back % Math.max(1, among.length))) ?? "$none";
    const status = await this.#act(kind, actor, at);
    if (status === 200) this.count(kind);
    else expect([400, 403, 404]).toContain(status);
  }

  async #act(kind: Exclude<Step["kind"], "look">, actor: TestUser, at: string): Promise<number> {
    const { roomId } = this.#room;
    const path = `/rooms/${roomId}`;
    const edit = { body: "* x", "m.new_content": { body: "x" }, ...related("m.replace", at) };
    switch (kind) {
      case "say":
        return this.#send(actor, { body: "x" });
      case "reply":
      case "nested reply":
        return this.#send(actor, { body: "x", ...related("m.thread", at) });
      case "encrypted reply":
        return this.#send(actor, { ciphertext: "x", ...related("m.thread", at) }, "m.room.encrypted");
      case "edit":
        return this.#send(actor, edit);
      case "edit of oneself": {
        const { sender } = (await this.#room.read<RelatedEvent>(users[0], `/event/${at}`, "v3")).body;
        return this.#send(users.find(({ userId }) => userId === sender) ?? actor, edit);
      }
      case "bad edit":
        return this.#send(actor, { body: "x", ...related("m.replace", at) });
      case "refer":
        return this.#send(actor, related("m.reference", at));
      case "react":
        return this.#send(actor, related("m.annotation", at, { key: "x" }), "m.reaction");
      case "redact":
        return (await server.requestAs(users[0], "PUT", `${path}/redact/${at}/${Math.random()}`, {})).status;
      case "topic":
        return (await server.requestAs(users[0], "PUT", `${path}/state/m.room.topic/`, { topic: at, ...related("m.thread", at) })).status;
      case "ignore": {
        const whom = this.#ignored.has(actor) ? [] : [users[actor === users[1] ? 2 : 1]];
        await ignore(server, actor, whom);
        if (whom[0]) this.#ignored.set(actor, whom[0]);
        else this.#ignored.delete(actor);
        return 200;
      }
      default:
        return (await server.requestAs(actor, "POST", `${path}/${kind}`, {})).status;
    }
  }

  async #send(actor: TestUser, content: object, type = "m.room.message"): Promise<number> {
    const { status, body } = await this.#room.try(actor, content, type);
    if (status === 200) {
      this.#ids.push(body.event_id);
      if (!("m.relates_to" in content)) this.#said.push(body.event_id);
    } else if (body.errcode === "M_UNKNOWN") this.count("no thread from a relation");
    else expect(body.errcode).toMatch(/^M_(FORBIDDEN|DUPLICATE_ANNOTATION)$/);
    return status;
  }

  /** Compares all that the server says to a user with what follows from the timeline. */
  async look(actor: TestUser): Promise<void> {
    const { status, body } = await this.#room.read(actor, "/messages?dir=f&limit=1000", "v3");
    if (status === 403) return;
    expect(status).toBe(200);
    const ignored = this.#ignored.get(actor);
    const naive = new NaiveRoom(body.chunk, { userId: actor.userId, ignored: new Set(ignored ? [ignored.userId] : []) });
    this.#compareBundles(naive, body.chunk);
    await this.#compareRelations(actor, naive);
    await this.#compareThreads(actor, naive);
    await this.#compareSync(actor, naive);
    this.count("look");
  }

  #compareBundles(naive: NaiveRoom, events: readonly RelatedEvent[]): void {
    const withoutRelations = new Map(naive.events.map((event) => [event.event_id, event]));
    for (const event of events) {
      const bundle = flatten(event.unsigned?.["m.relations"]);
      const known = withoutRelations.get(event.event_id);
      expect([event.event_id, bundle]).toEqual([event.event_id, known && naive.bundle(known)]);
      if (bundle?.edit !== undefined) this.count("bundled edits");
      if (bundle?.references) this.count("bundled references");
      if (bundle?.thread) this.count("bundled threads");
      if (bundle?.thread?.bundle) this.count("edits in threads");
    }
  }

  async #compareRelations(actor: TestUser, naive: NaiveRoom): Promise<void> {
    for (const { event_id: id } of naive.events.slice(-6)) {
      expect(await this.#room.related(actor, id, "?limit=1000")).toEqual(naive.related(id));
      expect(await this.#room.related(actor, id, "/m.thread?limit=1000&dir=f")).toEqual(naive.related(id, "m.thread").toReversed());
      expect(await this.#room.related(actor, id, "?limit=1000&recurse=true")).toEqual(naive.recursive(id));
      expect(await this.#room.related(actor, id, "/m.reference?limit=1000&recurse=true")).toEqual(naive.recursive(id, "m.reference"));
      const pages = await this.#pages(actor, `/relations/${encodeURIComponent(id)}?limit=2`);
      expect(pages.map(({ event_id: related }) => related)).toEqual(naive.related(id));
      this.#compareBundles(naive, pages);
    }
  }

  async #compareThreads(actor: TestUser, naive: NaiveRoom): Promise<void> {
    const roots = async (query: string): Promise<readonly RelatedEvent[]> => (await this.#room.get(actor, `/threads?${query}`)).chunk;
    const ids = (events: readonly RelatedEvent[]): string[] => events.map(({ event_id: id }) => id);
    const all = await roots("limit=100");
    expect(ids(all)).toEqual(naive.threads());
    expect(ids(await roots("limit=100&include=participated"))).toEqual(naive.threads(({ participated }) => participated));
    // From page to page the order is that of the newest events there are, whoever sees them.
    expect(ids(await this.#pages(actor, "/threads?limit=1"))).toEqual(naive.threads());
    if (all.length > 1) this.count("lists of threads");
  }

  async #compareSync(actor: TestUser, naive: NaiveRoom): Promise<void> {
    const filter = JSON.stringify({ room: { rooms: [this.#room.roomId], timeline: { limit: 1_000 } } });
    const { body } = await server.requestAs<Synced>(actor, "GET", `/sync?filter=${encodeURIComponent(filter)}`);
    const timeline = body.rooms?.join?.[this.#room.roomId]?.timeline;
    // What follows the last gap in what the user sees.
    if (timeline) this.#compareBundles(naive, timeline.events);
  }

  async #pages(actor: TestUser, path: string): Promise<readonly RelatedEvent[]> {
    const found: RelatedEvent[] = [];
    for (let from = ""; ;) {
      const page: EventPage = await this.#room.get(actor, `${path}${from}`);
      found.push(...page.chunk);
      if (page.next_batch === undefined) return found;
      from = `&from=${page.next_batch}`;
    }
  }
}

interface Synced {
  readonly rooms?: { readonly join?: Readonly<Record<string, { readonly timeline: { readonly events: readonly RelatedEvent[] } }>> };
}

describe.each(["shared", "joined", "world_readable"])("in a room whose history is %s", (visibility) => {
  it("relations, threads and what is bundled with events are what the timeline says", async () => {
    const counts = new Map<string, number>();
    const history = [{ type: "m.room.history_visibility", state_key: "", content: { history_visibility: visibility } }];
    const holds = async (steps: readonly Step[]): Promise<void> => {
      for (const each of users) await ignore(server, each, []);
      const world = new World(await RelatedRoom.of(server, users, { initial_state: history }), counts);
      for (const each of steps) await world.take(each);
      for (const each of users) await world.look(each);
    };
    await assertOften(fc.asyncProperty(fc.array(step, { minLength: 40, maxLength: 60 }), holds), { counts, minima, numRuns: 8 });
  }, 300_000);
});
