import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { NetworkFaults, type TestHomeserver, testHomeserver, type TestUser } from "../../src/testing/index.ts";
import type { NetworkRequest } from "../../src/testing/network-request.ts";
import { findingsIn, say, timelineOf, twoServers } from "./federated.ts";

const servers = await twoServers();
const { network, a, b, alice, bob } = servers;
afterAll(() => servers[Symbol.asyncDispose]());
afterEach(() => {
  network.fault = undefined;
});

/** A server that has failed several times is tried again after 15 seconds. */
const RETRIED = { timeout: 45_000 };
const lazily = encodeURIComponent(JSON.stringify({ room: { state: { lazy_load_members: true }, timeline: { lazy_load_members: true } } }));

/** Holds back what others ask for the state of rooms, until it is let go. */
function holdStates(): () => void {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  network.fault = async ({ target }) => {
    if (target.includes("/state_ids/")) await held;
    return undefined;
  };
  return () => {
    network.fault = undefined;
    release();
  };
}

const membersOf = async (server: TestHomeserver, user: TestUser, room: string): Promise<string[]> =>
  Object.keys((await server.requestAs(user, "GET", `/rooms/${room}/joined_members`)).body["joined"] ?? {}).toSorted();

interface ShownRoom {
  readonly timeline: object;
  readonly state: { readonly events: readonly { readonly state_key: string }[] };
}

interface SyncAnswer {
  readonly next_batch: string;
  readonly rooms?: { readonly join?: Readonly<Record<string, ShownRoom>> };
}

/** A room as somebody gets it who loads members lazily. */
async function lazySync(room: string, server = b, user = bob): Promise<ShownRoom> {
  const { body } = await server.requestAs<SyncAnswer>(user, "GET", `/sync?filter=${lazily}`);
  const shown = body.rooms?.join?.[room];
  if (!shown) throw new Error("the room is not shown");
  return shown;
}

interface NamedEvent {
  readonly type: string;
  readonly event_id: string;
}

/** The state of a room as a user reads it. */
async function stateOf(server: TestHomeserver, user: TestUser, room: string): Promise<readonly NamedEvent[]> {
  return (await server.requestAs<readonly NamedEvent[]>(user, "GET", `/rooms/${room}/state`)).body;
}

const joinBy = (server: TestHomeserver, user: TestUser, room: string, via = "a.example"): Promise<{ status: number }> =>
  server.requestAs(user, "POST", `/join/${encodeURIComponent(room)}?via=${via}`, {});

const idsOf = (...users: readonly TestUser[]): string[] => users.map(({ userId }) => userId).toSorted();

/** A room of Alice's with some members more. */
async function crowdedRoom(version: string): Promise<{ room: string; carol: TestUser; dave: TestUser }> {
  const room = await a.createRoom(alice, { room_version: version, name: "many" });
  const carol = await a.register(`carol${Math.random()}`.replace(".", ""));
  const dave = await a.register(`dave${Math.random()}`.replace(".", ""));
  for (const user of [carol, dave]) expect((await a.requestAs(user, "POST", `/rooms/${room}/join`, {})).status).toBe(200);
  return { room, carol, dave };
}

describe.each(["1", "10", "11", "12"])("a room of version %s that is joined without its members", (version) => {
  it("is usable at once, and whole in the end", async () => {
    const { room, carol, dave } = await crowdedRoom(version);
    const release = holdStates();
    expect((await joinBy(b, bob, room)).status).toBe(200);
    expect(network.requests.findLast(({ target }) => target.includes("/send_join/"))?.target).toContain("omit_members=true");
    expect((await say(b, bob, room, "from-b")).status).toBe(200);
    await expect.poll(() => timelineOf(a, alice, room)).toContain("from-b");
    expect((await say(a, carol, room, "from-a")).status).toBe(200);
    await expect.poll(async () => JSON.stringify((await lazySync(room)).timeline)).toContain("from-a");
    // Who has sent something is known.
    expect((await lazySync(room)).state.events.map((event) => event.state_key)).toContain(carol.userId);
    const eager = await b.requestAs<SyncAnswer>(bob, "GET", "/sync");
    expect(Object.keys(eager.body.rooms?.join ?? {})).not.toContain(room);
    const waiting = membersOf(b, bob, room);
    release();
    expect(await waiting).toEqual(idsOf(alice, bob, carol, dave));
    const told = await b.requestAs<SyncAnswer>(bob, "GET", `/sync?since=${eager.body.next_batch}`);
    const joined = told.body.rooms?.join?.[room];
    expect(joined?.state.events.map((event) => event.state_key)).toEqual(expect.arrayContaining([carol.userId, dave.userId]));
  });
});

describe("a room whose members have not come", () => {
  it("goes on after a restart, and takes what others ask for to be asked elsewhere until then", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "patrix-partial-"));
    const { room, carol, dave } = await crowdedRoom("11");
    network.fault = ({ target }) => (target.includes("/state_ids/") ? "lost" : undefined);
    const before = await testHomeserver({ serverName: "c.example", network, dataDir });
    const erin = await before.register("erin");
    expect((await joinBy(before, erin, room)).status).toBe(200);
    expect((await say(before, erin, room, "before-the-end")).status).toBe(200);
    await before.stop();
    expect(await findingsIn("c.example", dataDir)).toEqual([]);
    const c = await testHomeserver({ serverName: "c.example", network, dataDir });
    try {
      expect(Object.keys((await c.requestAs(erin, "GET", "/sync")).body["rooms"]?.["join"] ?? {})).toEqual([]);
      expect(JSON.stringify((await lazySync(room, c, erin)).timeline)).toContain("before-the-end");
      // Another server is drafted no join by one that does not know who is banned.
      expect((await joinBy(b, bob, room, "c.example")).status).toBe(404);
      network.fault = undefined;
      expect(await membersOf(c, erin, room)).toEqual(idsOf(alice, carol, dave, erin));
      expect((await joinBy(b, bob, room, "c.example")).status).toBe(200);
    } finally {
      await c.stop();
    }
    expect(await findingsIn("c.example", dataDir)).toEqual([]);
    await rm(dataDir, { recursive: true });
  });

  it("is told to servers of which nobody is known yet, also to those that were away, after a restart", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "patrix-partial-"));
    const { room } = await crowdedRoom("11");
    await using d = await testHomeserver({ serverName: "d.example", network });
    const dora = await d.register("dora");
    expect((await joinBy(d, dora, room)).status).toBe(200);
    expect(await membersOf(d, dora, room)).toHaveLength(4);
    const isLost = ({ from, target }: NetworkRequest): boolean => from === "e.example" && target.includes("/state_ids/");
    network.fault = (request) => (isLost(request) || request.to === "d.example" ? "lost" : undefined);
    const before = await testHomeserver({ serverName: "e.example", network, dataDir });
    const erin = await before.register("erin");
    expect((await joinBy(before, erin, room)).status).toBe(200);
    expect((await say(before, erin, room, "while-away")).status).toBe(200);
    await expect
      .poll(() => network.requests.some(({ from, to, target }) => from === "e.example" && to === "d.example" && target.includes("/send/")))
      .toBe(true);
    await before.stop();
    network.fault = (request) => (isLost(request) ? "lost" : undefined);
    const e = await testHomeserver({ serverName: "e.example", network, dataDir });
    try {
      // The other one is tried again when it is heard from, which may be before it is first tried.
      const told = async (): Promise<string[]> => {
        await d.requestAs(dora, "GET", `/profile/${erin.userId}`);
        return timelineOf(d, dora, room);
      };
      await expect.poll(told, RETRIED).toContain("while-away");
    } finally {
      await e.stop();
      await rm(dataDir, { recursive: true });
    }
  });

  it("is asked for at other servers where the first one does not answer, and not taken from one that tells of another room", async () => {
    const { room, carol, dave } = await crowdedRoom("11");
    await using c = await testHomeserver({ serverName: "liar.example", network });
    const erin = await c.register("erin");
    expect((await joinBy(c, erin, room)).status).toBe(200);
    expect(await membersOf(c, erin, room)).toHaveLength(4);
    let lies = 0;
    // The liar gives a state of before the room had its name; the first one does not answer.
    network.fault = ({ from, to, target }) => {
      if (from !== "b.example" || !target.includes("/state_ids/")) return undefined;
      if (to !== "liar.example") return "lost";
      lies++;
      return { status: 200, body: { pdu_ids: earlier, auth_chain_ids: [] } };
    };
    const events = await stateOf(a, alice, room);
    const earlier = events.filter(({ type }) => type !== "m.room.name").map(({ event_id: id }) => id);
    expect((await joinBy(b, bob, room)).status).toBe(200);
    await expect.poll(() => lies).toBeGreaterThan(0);
    expect(Object.keys((await b.requestAs(bob, "GET", "/sync")).body["rooms"]?.["join"] ?? {})).not.toContain(room);
    network.fault = ({ from, to, target }) =>
      from === "b.example" && to === "a.example" && target.includes("/state_ids/") ? "lost" : undefined;
    expect(await membersOf(b, bob, room)).toEqual(idsOf(alice, bob, carol, dave, erin));
  });

  it("is joined by further users, who are asked about elsewhere, and who may invite, kick and leave", async () => {
    const { room, carol, dave } = await crowdedRoom("11");
    const levels = (await a.requestAs<{ users: object }>(alice, "GET", `/rooms/${room}/state/m.room.power_levels/`)).body;
    const users = { ...levels.users, [bob.userId]: 100 };
    await a.requestAs(alice, "PUT", `/rooms/${room}/state/m.room.power_levels/`, { ...levels, users });
    const frank = await b.register(`frank${Math.random()}`.replace(".", ""));
    const grace = await b.register(`grace${Math.random()}`.replace(".", ""));
    const banned = await b.register(`banned${Math.random()}`.replace(".", ""));
    expect((await a.requestAs(alice, "POST", `/rooms/${room}/ban`, { user_id: banned.userId })).status).toBe(200);
    const release = holdStates();
    expect((await joinBy(b, bob, room)).status).toBe(200);
    expect((await joinBy(b, frank, room)).status).toBe(200);
    expect((await joinBy(b, banned, room)).status).toBe(403);
    expect((await b.requestAs(bob, "POST", `/rooms/${room}/invite`, { user_id: grace.userId })).status).toBe(200);
    expect((await joinBy(b, grace, room)).status).toBe(200);
    // Who has said something is known, and can be put out.
    expect((await say(a, carol, room, "hello")).status).toBe(200);
    await expect.poll(async () => JSON.stringify((await lazySync(room)).timeline)).toContain("hello");
    expect((await b.requestAs(bob, "POST", `/rooms/${room}/kick`, { user_id: carol.userId })).status).toBe(200);
    expect((await b.requestAs(frank, "POST", `/rooms/${room}/leave`, {})).status).toBe(200);
    expect((await b.requestAs(frank, "POST", `/rooms/${room}/forget`, {})).status).toBe(200);
    const present = idsOf(alice, bob, dave, grace);
    await expect.poll(() => membersOf(a, alice, room)).toEqual(present);
    release();
    expect(await membersOf(b, bob, room)).toEqual(present);
    // Everybody agrees on what is in the room.
    const idsAt = async (server: TestHomeserver, user: TestUser): Promise<string[]> =>
      (await stateOf(server, user, room)).map(({ event_id: id }) => id).toSorted();
    expect(await idsAt(b, bob)).toEqual(await idsAt(a, alice));
  });

  it("is left at once, asked for no longer, and can be joined again", async () => {
    const { room, carol, dave } = await crowdedRoom("11");
    network.fault = ({ target }) => (target.includes("/state_ids/") ? "lost" : undefined);
    expect((await joinBy(b, bob, room)).status).toBe(200);
    expect((await b.requestAs(bob, "POST", `/rooms/${room}/leave`, {})).status).toBe(200);
    await expect.poll(() => membersOf(a, alice, room)).toEqual(idsOf(alice, carol, dave));
    const left = await b.requestAs(bob, "GET", `/sync?filter=${encodeURIComponent(JSON.stringify({ room: { include_leave: true } }))}`);
    expect(Object.keys(left.body["rooms"]?.["leave"] ?? {})).toContain(room);
    const askedOf = (): number => network.requests.filter(({ target }) => target.includes(`/state_ids/${encodeURIComponent(room)}`)).length;
    // What is under way ends; nothing is asked for after that.
    expect((await b.requestAs(bob, "GET", `/rooms/${room}/members`)).status).toBe(200);
    const asked = askedOf();
    expect((await joinBy(b, bob, room)).status).toBe(200);
    await expect.poll(askedOf).toBeGreaterThan(asked);
    network.fault = undefined;
    expect(await membersOf(b, bob, room)).toEqual(idsOf(alice, bob, carol, dave));
  });

  it("is asked for in every round, and sooner once a server that may help is heard from", async () => {
    const { room, carol } = await crowdedRoom("11");
    let rounds = 0;
    let isFifth = (): void => {};
    const fifth = new Promise<string>((resolve) => (isFifth = () => resolve("asked")));
    network.fault = ({ from, target }) => {
      if (from !== "b.example" || !target.includes("/state_ids/")) return undefined;
      rounds++;
      if (rounds === 5) isFifth();
      return rounds < 5 ? "lost" : undefined;
    };
    expect((await joinBy(b, bob, room)).status).toBe(200);
    // After 0, 1, 3 and 7 seconds, though the server has just failed each time.
    await expect.poll(() => rounds).toBe(4);
    // The next one would be 8 seconds later.
    const late = sleep(7_500, "late");
    expect((await say(a, carol, room, "here")).status).toBe(200);
    expect(await Promise.race([fifth, late])).toBe("asked");
    expect(await membersOf(b, bob, room)).toHaveLength(4);
  });

  it("becomes whole in bad weather, while messages go both ways, and nothing is lost", async () => {
    const { room, carol, dave } = await crowdedRoom("11");
    const release = holdStates();
    expect((await joinBy(b, bob, room)).status).toBe(200);
    const faults = new NetworkFaults(network, { seed: 11 });
    faults.rates = { lost: 0.2, unanswered: 0.2, twice: 0.1, late: 0.3 };
    const weather = network.fault;
    release();
    network.fault = weather;
    const sent: string[] = [];
    for (let i = 0; i < 10; i++) {
      for (const [server, user, who] of [
        [a, carol, "carol"],
        [b, bob, "bob"],
      ] as const) {
        expect((await say(server, user, room, `${who}-${i}`)).status).toBe(200);
        sent.push(`${who}-${i}`);
      }
      if (i === 4) faults.part(["a.example"], ["b.example"]);
      if (i === 7) faults.part();
    }
    faults.heal();
    network.fault = undefined;
    expect((await say(b, bob, room, "last-b")).status).toBe(200);
    expect((await say(a, dave, room, "last-a")).status).toBe(200);
    expect(await membersOf(b, bob, room)).toEqual(idsOf(alice, bob, carol, dave));
    for (const [server, user] of [
      [a, alice],
      [b, bob],
    ] as const)
      await expect
        .poll(async () => [...new Set(await timelineOf(server, user, room))].toSorted(), RETRIED)
        .toEqual([...sent, "last-a", "last-b"].toSorted());
    expect(faults.counts.lost + faults.counts.unanswered + faults.counts.parted).toBeGreaterThan(0);
  });

  it("is not made where the operator does not want it", async () => {
    await using c = await testHomeserver({
      serverName: "whole.example",
      network,
      config: { federation: { enabled: true, allow_private_targets: true, joins_without_members: false } },
    });
    const erin = await c.register("erin");
    const { room, carol, dave } = await crowdedRoom("11");
    network.fault = ({ target }) => (target.includes("/state_ids/") ? "lost" : undefined);
    expect((await joinBy(c, erin, room)).status).toBe(200);
    expect(await membersOf(c, erin, room)).toEqual(idsOf(alice, carol, dave, erin));
  });
});
