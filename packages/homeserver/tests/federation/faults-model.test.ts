// Servers of one room, between which requests are lost, doubled and late, and which cannot reach each other for a while: once all is well
// again they agree on the room.
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { NetworkFaults, type TestHomeserver, testHomeserver, TestNetwork, type TestUser } from "../../src/testing/index.ts";
import { assertOften } from "../assert-often.ts";
import { until } from "./federated.ts";

const names = ["a.example", "b.example", "c.example"] as const;
/** Users who join the room and are never put out of it, and those who come and go, one of each on every server. */
interface Site {
  readonly server: TestHomeserver;
  readonly stays: TestUser;
  readonly goes: TestUser;
}

interface RoomEvent {
  readonly event_id: string;
  readonly type: string;
  readonly sender: string;
  readonly state_key?: string;
  readonly content: { readonly body?: string };
}

const site = fc.nat({ max: names.length - 1 });
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("say" as const), at: site }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("topic" as const), at: site }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("comeOrGo" as const), at: site }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("kick" as const), at: site, whose: site }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("part" as const), at: site }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("storm" as const), at: site }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("heal" as const), at: site }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** The room of one run, and what its servers have acknowledged. */
class SharedRoom {
  readonly said: string[] = [];
  readonly #sites: readonly Site[];
  readonly #faults: NetworkFaults;
  readonly #room: string;
  readonly #count: (kind: string) => void;
  readonly #since = new Map<Site, string>();
  readonly #synced = new Map<Site, string[]>();

  constructor(sites: readonly Site[], { faults, room, count }: { faults: NetworkFaults; room: string; count: (kind: string) => void }) {
    this.#sites = sites;
    this.#faults = faults;
    this.#room = room;
    this.#count = count;
  }

  async take({ kind, at, ...more }: Step): Promise<void> {
    const here = this.#sites[at] ?? expect.unreachable();
    const { server, stays, goes } = here;
    const put = (type: string, content: object): Promise<{ status: number }> =>
      server.requestAs(stays, "PUT", `/rooms/${this.#room}/${type}`, content);
    const count = ({ status }: { readonly status: number }): boolean => {
      if (status === 200) this.#count(kind);
      return status === 200;
    };
    if (kind === "say") await this.say(here);
    else if (kind === "topic") count(await put("state/m.room.topic/", { topic: `${Math.random()}` }));
    else if (kind === "comeOrGo") {
      const members = await server.requestAs(stays, "GET", `/rooms/${this.#room}/joined_members`);
      const change = Object.hasOwn(members.body["joined"] ?? {}, goes.userId) ? "leave" : "join";
      count(await server.requestAs(goes, "POST", `/rooms/${this.#room}/${change}`, {}));
    } else if (kind === "kick") {
      const { goes: whom } = this.#sites["whose" in more ? more.whose : 0] ?? here;
      count(await server.requestAs(stays, "POST", `/rooms/${this.#room}/kick`, { user_id: whom.userId }));
    } else {
      const others = names.filter((_, index) => index !== at);
      if (kind === "part") this.#faults.part([names[at] ?? ""], others);
      else if (kind === "storm") this.#faults.rates = { lost: 0.2, unanswered: 0.2, twice: 0.2, late: 0.4 };
      else this.#faults.heal();
      this.#count(kind);
    }
    await this.#sync(here);
  }

  async say({ server, stays }: Site): Promise<void> {
    const body = `m${this.said.length}`;
    const { status } = await server.requestAs(stays, "PUT", `/rooms/${this.#room}/send/m.room.message/${body}`, {
      msgtype: "m.text",
      body,
    });
    expect(status).toBe(200);
    this.said.push(body);
    this.#count("say");
  }

  /** Waits until all have heard from all since all is well, and checks that they agree. */
  async settle(): Promise<void> {
    this.#faults.heal();
    // A server that is heard from is tried again at once; the second message follows all that the first ones brought.
    for (let round = 0; round < 2; round++) {
      for (const here of this.#sites) await this.say(here);
      await until(
        async () => (await this.#all((here) => this.#messages(here))).every((told) => this.said.every((body) => told.has(body))),
        60_000,
      );
    }
    for (const here of this.#sites) await this.#sync(here);
    const states = await this.#all(({ server, stays }) => this.#state(server, stays));
    expect(states.slice(1)).toEqual(states.slice(1).map(() => states[0]));
    for (const here of this.#sites) {
      const synced = this.#synced.get(here) ?? [];
      expect(new Set(synced).size).toBe(synced.length);
      expect(synced.filter((body) => this.said.includes(body)).toSorted()).toEqual(this.said.toSorted());
    }
  }

  async #all<T>(of: (here: Site) => Promise<T>): Promise<T[]> {
    const all: T[] = [];
    for (const here of this.#sites) all.push(await of(here));
    return all;
  }

  /** What a server tells of the room when its whole timeline is read. */
  async #messages({ server, stays }: Site): Promise<ReadonlySet<string>> {
    const { body } = await server.requestAs<{ readonly chunk: readonly RoomEvent[] }>(
      stays,
      "GET",
      `/rooms/${this.#room}/messages?dir=b&limit=500`,
    );
    const bodies = body.chunk.flatMap(({ type, content }) => (type === "m.room.message" ? (content.body ?? []) : []));
    expect(new Set(bodies).size).toBe(bodies.length);
    return new Set(bodies);
  }

  async #state(server: TestHomeserver, user: TestUser): Promise<Record<string, string>> {
    const { body } = await server.requestAs<readonly RoomEvent[]>(user, "GET", `/rooms/${this.#room}/state`);
    return Object.fromEntries(body.map(({ type, state_key: key, event_id: eventId }) => [`${type} ${key}`, eventId]));
  }

  /** Goes on with a client's sync; what a gap leaves out it reads behind it, as clients do. */
  async #sync(here: Site): Promise<void> {
    const { server, stays } = here;
    const filter = encodeURIComponent(JSON.stringify({ room: { rooms: [this.#room], timeline: { limit: 50 } } }));
    const since = this.#since.get(here);
    const { body } = await server.requestAs<{
      readonly next_batch: string;
      readonly rooms?: {
        readonly join?: Readonly<
          Record<
            string,
            { readonly timeline: { readonly events: readonly RoomEvent[]; readonly limited: boolean; readonly prev_batch: string } }
          >
        >;
      };
    }>(stays, "GET", `/sync?filter=${filter}${since === undefined ? "" : `&since=${since}`}`);
    this.#since.set(here, body.next_batch);
    const timeline = body.rooms?.join?.[this.#room]?.timeline;
    if (!timeline) return;
    const known = this.#synced.get(here) ?? [];
    const told = timeline.events.flatMap(({ type, content }) => (type === "m.room.message" ? (content.body ?? []) : []));
    const between = timeline.limited ? await this.#behind(here, timeline.prev_batch) : [];
    this.#synced.set(here, [...known, ...between.filter((text) => !known.includes(text) && !told.includes(text)), ...told]);
  }

  async #behind({ server, stays }: Site, from: string): Promise<string[]> {
    const path = `/rooms/${this.#room}/messages?dir=b&limit=500&from=${encodeURIComponent(from)}`;
    const { body } = await server.requestAs<{ readonly chunk: readonly RoomEvent[] }>(stays, "GET", path);
    return body.chunk.flatMap(({ type, content }) => (type === "m.room.message" ? (content.body ?? []) : [])).toReversed();
  }
}

it("servers that were parted, and lost and doubled what they sent, agree in the end, and nothing that was said is missing", async () => {
  const network = new TestNetwork();
  const faults = new NetworkFaults(network, { seed: 5 });
  const sites: Site[] = [];
  for (const serverName of names) {
    const server = await testHomeserver({ serverName, network });
    sites.push({ server, stays: await server.register("stays"), goes: await server.register("goes") });
  }
  await using closing = new AsyncDisposableStack();
  for (const { server } of sites) closing.use(server);
  const counts = new Map<string, number>();
  const count = (kind: string): void => void counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const [first = expect.unreachable()] = sites;

  const property = fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 30 }), async (steps) => {
    faults.heal();
    const powers = { users: Object.fromEntries(sites.map(({ stays }) => [stays.userId, 50])), users_default: 0 };
    const room = await first.server.createRoom(first.stays, {
      room_version: "11",
      power_level_content_override: { ...powers, users: { ...powers.users, [first.stays.userId]: 100 } },
    });
    for (const { server, stays, goes } of sites)
      for (const user of [stays, goes])
        expect(await server.requestAs(user, "POST", `/join/${room}?via=${names[0]}`, {})).toMatchObject({ status: 200 });
    const shared = new SharedRoom(sites, { faults, room, count });
    for (const one of steps) await shared.take(one);
    await shared.settle();
    for (const [fault, times] of Object.entries(faults.counts)) counts.set(fault, times);
  });
  const steps = { say: 60, topic: 8, comeOrGo: 6, kick: 2, part: 3, storm: 6, heal: 5 };
  const minima = { ...steps, parted: 1, lost: 1, unanswered: 1, twice: 1, late: 1 };
  await assertOften(property, { counts, minima, numRuns: 5 });
}, 300_000);
