// Events of another server that come without all of those before them, as clients are told of them.
import { getRoomVersionRules } from "@patrix/room-versions";
import { type BuiltPdu, fromFederation, hashAndSignEvent } from "@patrix/signatures";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { type NetworkRequest, TestPeer, type TestUser } from "../../src/testing/index.ts";
import { eve, findingsIn, giveMissing, rules, type ServerAndPeer, serverAndPeer, timelineOf, version } from "./federated.ts";

interface Synced {
  readonly next_batch: string;
  readonly rooms?: { readonly join?: Readonly<Record<string, { readonly timeline: Timeline }>> };
}
interface Timeline {
  readonly events: readonly { readonly content: { readonly body?: string } }[];
  readonly limited: boolean;
  readonly prev_batch: string;
}

/** What Eve says, one after the other, after she has joined. */
function chainOf(peer: TestPeer, count: number, { room, joined }: Pick<ServerAndPeer, "room" | "joined">, more: object = {}): BuiltPdu[] {
  const said: BuiltPdu[] = [];
  for (let i = 0; i < count; i++) {
    const draft = {
      type: "m.room.message",
      sender: eve,
      room_id: room,
      origin_server_ts: Date.now(),
      content: { body: `hers ${i}`, ...more },
    };
    const prevEvents = [said.at(-1)?.eventId ?? joined.join.eventId];
    said.push(peer.build(draft, { prevEvents, authEvents: [...joined.authEvents], depth: 20 + i }, rules));
  }
  return said;
}

it("a sync begins after a gap, says that there is one, and leads back to what was said before it", async () => {
  const { a, alice, peer, room, joined } = await serverAndPeer();
  await using _closing = a;
  const sync = async (since?: string): Promise<readonly [string, Timeline | undefined]> => {
    const filter = encodeURIComponent(JSON.stringify({ room: { timeline: { limit: 20 } } }));
    const { body } = await a.requestAs<Synced>(alice, "GET", `/sync?filter=${filter}${since === undefined ? "" : `&since=${since}`}`);
    return [body.next_batch, body.rooms?.join?.[room]?.timeline];
  };
  const bodies = ({ events }: Timeline): unknown[] => events.flatMap(({ content }) => content.body ?? []);
  const say = (user: TestUser, body: string) => a.requestAs(user, "PUT", `/rooms/${room}/send/m.room.message/${body}`, { body });

  const [before] = await sync();
  await say(alice, "mine");
  const [after, told] = await sync(before);
  expect([told?.limited, told && bodies(told)]).toEqual([false, ["mine"]]);

  // What Eve has said meanwhile, of which her server gives the newest alone, with the state that it was said in.
  const said = chainOf(peer, 30, { room, joined });
  const last = said.at(-1) ?? expect.unreachable();
  const state = [...joined.state.map((pdu) => fromFederation(pdu, rules).eventId), joined.join.eventId];
  const asked: NetworkRequest[] = [];
  peer.answers.set("/get_missing_events/", (request) => {
    asked.push(request);
    return { status: 200, body: { events: said.slice(-6, -1).map(({ pdu }) => pdu) } };
  });
  peer.answers.set("/state_ids/", () => ({ status: 200, body: { pdu_ids: state, auth_chain_ids: [] } }));
  expect((await peer.send(a, [last.pdu])).body["pdus"]).toEqual({ [last.eventId]: {} });
  // It is asked once more for what lies before those, and gives nothing else.
  expect(asked).toHaveLength(2);

  const hers = said.slice(-6).map((_, i) => `hers ${24 + i}`);
  for (const since of [undefined, before, after]) {
    const [next, timeline = expect.unreachable()] = await sync(since);
    expect([timeline.limited, bodies(timeline)]).toEqual([true, hers]);
    const page = await a.requestAs<{ chunk: Timeline["events"] }>(
      alice,
      "GET",
      `/rooms/${room}/messages?dir=b&from=${timeline.prev_batch}`,
    );
    expect(page.body.chunk[0]?.content.body).toBe("mine");
    await say(alice, `next ${since}`);
    // The gap is told once.
    expect((await sync(next))[1]).toMatchObject({ limited: false, events: [{ content: { body: `next ${since}` } }] });
    hers.push(`next ${since}`);
  }
});

it.each(["b", "f"])(
  "what lies in a gap is fetched by whoever reads into it (%s), stands where it belongs, and comes to a client that was away",
  async (dir) => {
    const dataDir = await mkdtemp(join(tmpdir(), "patrix-gap-"));
    const { a, alice, peer, room, joined } = await serverAndPeer({ dataDir });
    const filter = encodeURIComponent(JSON.stringify({ room: { timeline: { limit: 500 } } }));
    const sync = async (since = ""): Promise<Synced> =>
      (await a.requestAs<Synced>(alice, "GET", `/sync?filter=${filter}${since && `&since=${since}`}`)).body;
    const bodies = (events: Timeline["events"]): unknown[] => events.flatMap(({ content }) => content.body ?? []);
    const say = (body: string) => a.requestAs(alice, "PUT", `/rooms/${room}/send/m.room.message/${body}`, { body });
    const read = async (from?: string): Promise<unknown[]> => {
      const path = `/rooms/${room}/messages?dir=b&limit=400${from === undefined ? "" : `&from=${from}`}`;
      return bodies((await a.requestAs<{ chunk: Timeline["events"] }>(alice, "GET", path)).body.chunk).toReversed();
    };
    await say("before");
    const { next_batch: away } = await sync();
    const said: ReturnType<typeof peer.build>[] = [];
    for (let i = 0; i < 250; i++) {
      const draft = { type: "m.room.message", sender: eve, room_id: room, origin_server_ts: Date.now(), content: { body: `hers ${i}` } };
      const prevEvents = [said.at(-1)?.eventId ?? joined.join.eventId];
      said.push(peer.build(draft, { prevEvents, authEvents: [...joined.authEvents], depth: 20 + i }, rules));
    }
    const hers = said.map((_, i) => `hers ${i}`);
    const state = [...joined.state.map((pdu) => fromFederation(pdu, rules).eventId), joined.join.eventId];
    peer.answers.set("/state_ids/", () => ({ status: 200, body: { pdu_ids: state, auth_chain_ids: [] } }));
    peer.answers.set("/get_missing_events/", () => ({ status: 200, body: { events: said.slice(-6, -1).map(({ pdu }) => pdu) } }));
    const last = said.at(-1) ?? expect.unreachable();
    expect((await peer.send(a, [last.pdu])).body["pdus"]).toEqual({ [last.eventId]: {} });
    await say("after");
    const told = (await sync(away)).rooms?.join?.[room]?.timeline ?? expect.unreachable();
    expect([told.limited, bodies(told.events)]).toEqual([true, [...hers.slice(-6), "after"]]);

    const readInto = async (): Promise<unknown[]> => {
      if (dir === "b") return [...(await read(told.prev_batch)), ...hers.slice(-6), "after"];
      const path = `/rooms/${room}/messages?dir=f&limit=400&from=${away}`;
      return ["before", ...bodies((await a.requestAs<{ chunk: Timeline["events"] }>(alice, "GET", path)).body.chunk)];
    };
    // As long as nobody gives it, the gap is passed over.
    expect(await readInto()).toEqual(["before", ...hers.slice(-6), "after"]);
    const asked: NetworkRequest[] = [];
    peer.answers.set("/backfill/", (request) => {
      asked.push(request);
      const from = new URL(request.target, "https://x").searchParams.getAll("v");
      const upTo = said.findLastIndex(({ eventId }) => from.includes(eventId));
      const pdus = said.slice(Math.max(0, upTo - 99), upTo + 1).map(({ pdu }) => pdu);
      return { status: 200, body: { origin: peer.name, origin_server_ts: Date.now(), pdus } };
    });
    expect(await readInto()).toEqual(["before", ...hers, "after"]);
    expect(asked).toHaveLength(3);
    expect(await read()).toEqual(["before", ...hers, "after"]);
    expect(asked).toHaveLength(3);
    // Who has seen what comes after the gap is told nothing again, and who was away all of it.
    const { next_batch: now } = await sync();
    expect((await sync(now)).rooms?.join).toBeUndefined();
    const all = (await sync(away)).rooms?.join?.[room]?.timeline ?? expect.unreachable();
    expect([all.limited, bodies(all.events)]).toEqual([false, [...hers, "after"]]);
    await say("later");
    expect((await read()).slice(-3)).toEqual(["hers 249", "after", "later"]);
    await a.stop();
    expect(await findingsIn("a.example", dataDir)).toEqual([]);
    await rm(dataDir, { recursive: true });
  },
);

it("what was missed in an outage is fetched to its end, however little a server gives at a time, and comes as news in its order", async () => {
  const { a, alice, peer, room, joined } = await serverAndPeer();
  await using _closing = a;
  const said = chainOf(peer, 150, { room, joined });
  const filter = encodeURIComponent(JSON.stringify({ room: { timeline: { limit: 200 } } }));
  const { body: before } = await a.requestAs<Synced>(alice, "GET", `/sync?filter=${filter}`);
  const asked = giveMissing(peer, said, 20);
  peer.answers.set("/state_ids/", () => expect.unreachable("nothing is missing"));
  const last = said.at(-1) ?? expect.unreachable();
  expect((await peer.send(a, [last.pdu])).body["pdus"]).toEqual({ [last.eventId]: {} });
  expect(asked).toHaveLength(8);
  const { body } = await a.requestAs<Synced>(alice, "GET", `/sync?filter=${filter}&since=${before.next_batch}`);
  const { limited, events } = body.rooms?.join?.[room]?.timeline ?? expect.unreachable();
  expect([limited, events.map(({ content }) => content.body)]).toEqual([false, said.map((_, i) => `hers ${i}`)]);
});

it("events of one transaction are taken in the order of the graph, and none of them is asked for", async () => {
  const { a, alice, peer, room, joined } = await serverAndPeer();
  await using _closing = a;
  const said = chainOf(peer, 20, { room, joined });
  const asked = giveMissing(peer, said, 20);
  const { body } = await peer.send(a, [{ type: "no event" }, ...said.map(({ pdu }) => pdu).toReversed(), said[3]?.pdu]);
  expect(body["pdus"]).toEqual(Object.fromEntries(said.map(({ eventId }) => [eventId, {}])));
  expect(asked).toEqual([]);
  expect(await timelineOf(a, alice, room)).toEqual(said.map((_, i) => `hers ${i}`));
});

it("a message that brings a change of the state which was missed is told with that, and so is what follows it", async () => {
  const { a, alice, peer, room, joined } = await serverAndPeer();
  await using _closing = a;
  interface Joined {
    readonly timeline: Timeline;
    readonly state: { readonly events: readonly { readonly state_key: string; readonly content: object }[] };
  }
  interface Answer {
    readonly next_batch: string;
    readonly rooms?: { readonly join?: Readonly<Record<string, Joined>> };
  }
  const sync = async (since = ""): Promise<Answer> => (await a.requestAs<Answer>(alice, "GET", `/sync${since && `?since=${since}`}`)).body;
  const { next_batch: since } = await sync();
  const position = { authEvents: [...joined.authEvents], depth: 20 };
  const draft = { sender: eve, room_id: room, origin_server_ts: Date.now() };
  const renaming = { ...draft, type: "m.room.member", state_key: eve, content: { membership: "join", displayname: "Eve" } };
  const renamed = peer.build(renaming, { ...position, prevEvents: [joined.join.eventId] }, rules);
  const says = (body: string, after: BuiltPdu, depth: number): BuiltPdu =>
    peer.build({ ...draft, type: "m.room.message", content: { body } }, { ...position, depth, prevEvents: [after.eventId] }, rules);
  const first = says("first", renamed, 21);
  const second = says("second", first, 22);
  peer.answers.set("/get_missing_events/", () => ({ status: 200, body: { events: [first.pdu] } }));
  const ids = [...joined.state.map((pdu) => fromFederation(pdu, rules).eventId), renamed.eventId];
  peer.answers.set("/state_ids/", () => ({ status: 200, body: { pdu_ids: ids, auth_chain_ids: [joined.join.eventId] } }));
  peer.answers.set("/event/", () => ({ status: 200, body: { origin: peer.name, origin_server_ts: Date.now(), pdus: [renamed.pdu] } }));
  expect((await peer.send(a, [second.pdu])).body["pdus"]).toEqual({ [second.eventId]: {} });
  const told = (await sync(since)).rooms?.join?.[room] ?? expect.unreachable();
  expect([told.timeline.limited, told.timeline.events.map(({ content }) => content.body)]).toEqual([true, ["first", "second"]]);
  expect(told.state.events.map(({ state_key: key, content }) => [key, content])).toEqual([
    [eve, { membership: "join", displayname: "Eve" }],
  ]);
});

it("a server that gives one event at a time is asked for so many, and then for the state before the first of them", async () => {
  const { a, alice, peer, room, joined } = await serverAndPeer();
  await using _closing = a;
  const said = chainOf(peer, 40, { room, joined });
  const asked = giveMissing(peer, said, 1);
  const ids = [...joined.state.map((pdu) => fromFederation(pdu, rules).eventId), joined.join.eventId];
  peer.answers.set("/state_ids/", () => ({ status: 200, body: { pdu_ids: ids, auth_chain_ids: [] } }));
  const last = said.at(-1) ?? expect.unreachable();
  expect((await peer.send(a, [last.pdu])).body["pdus"]).toEqual({ [last.eventId]: {} });
  expect(asked).toHaveLength(20);
  expect(await timelineOf(a, alice, room)).toEqual(said.slice(-21).map((_, i) => `hers ${19 + i}`));
});

it("what lies in a gap is not put before the beginning by whoever reads there", async () => {
  const { a, alice, peer, room, joined } = await serverAndPeer();
  await using _closing = a;
  await a.requestAs(alice, "PUT", `/rooms/${room}/send/m.room.message/1`, { body: "early" });
  const { body: away } = await a.requestAs<Synced>(alice, "GET", "/sync");
  await a.requestAs(alice, "PUT", `/rooms/${room}/send/m.room.message/2`, { body: "before" });
  const said = chainOf(peer, 50, { room, joined });
  const ids = [...joined.state.map((pdu) => fromFederation(pdu, rules).eventId), joined.join.eventId];
  peer.answers.set("/state_ids/", () => ({ status: 200, body: { pdu_ids: ids, auth_chain_ids: [] } }));
  peer.answers.set("/get_missing_events/", () => ({ status: 200, body: { events: said.slice(-6, -1).map(({ pdu }) => pdu) } }));
  const pdus = said.slice(0, -6).map(({ pdu }) => pdu);
  peer.answers.set("/backfill/", () => ({ status: 200, body: { origin: peer.name, origin_server_ts: Date.now(), pdus } }));
  const last = said.at(-1) ?? expect.unreachable();
  expect((await peer.send(a, [last.pdu])).body["pdus"]).toEqual({ [last.eventId]: {} });
  const path = `/rooms/${room}/messages?dir=b&limit=100&from=${away.next_batch}`;
  const { body } = await a.requestAs<{ chunk: Timeline["events"] }>(alice, "GET", path);
  expect(body.chunk.flatMap(({ content }) => content.body ?? [])).toEqual(["early"]);
  expect(await timelineOf(a, alice, room)).toEqual(["early", "before", ...said.map((_, i) => `hers ${i}`)]);
});

it("a server that takes long for each answer is asked on for half a minute, and then for the state", async () => {
  let passedMs = 0;
  const { a, alice, peer, room, joined } = await serverAndPeer({ clock: { now: () => Date.now() + passedMs } });
  await using _closing = a;
  const said = chainOf(peer, 40, { room, joined });
  const asked = giveMissing(peer, said, 1);
  const give = peer.answers.get("/get_missing_events/") ?? expect.unreachable();
  peer.answers.set("/get_missing_events/", (request) => {
    passedMs += 10_000;
    return give(request);
  });
  const ids = [...joined.state.map((pdu) => fromFederation(pdu, rules).eventId), joined.join.eventId];
  peer.answers.set("/state_ids/", () => ({ status: 200, body: { pdu_ids: ids, auth_chain_ids: [] } }));
  const last = said.at(-1) ?? expect.unreachable();
  expect((await peer.send(a, [last.pdu])).body["pdus"]).toEqual({ [last.eventId]: {} });
  expect(asked).toHaveLength(3);
  expect(await timelineOf(a, alice, room)).toEqual(said.slice(-4).map((_, i) => `hers ${36 + i}`));
});

it("no more is kept of what was missed than 16 MiB, and where that ends it is asked for the state", async () => {
  const { a, alice, peer, room, joined } = await serverAndPeer();
  await using _closing = a;
  const said = chainOf(peer, 400, { room, joined }, { padding: "x".repeat(60_000) });
  const asked = giveMissing(peer, said, 50);
  const ids = [...joined.state.map((pdu) => fromFederation(pdu, rules).eventId), joined.join.eventId];
  peer.answers.set("/state_ids/", () => ({ status: 200, body: { pdu_ids: ids, auth_chain_ids: [] } }));
  const last = said.at(-1) ?? expect.unreachable();
  expect((await peer.send(a, [last.pdu])).body["pdus"]).toEqual({ [last.eventId]: {} });
  // Fifty of them are 3 MB.
  expect(asked).toHaveLength(6);
  const isHere = async (event: BuiltPdu | undefined): Promise<boolean> =>
    (await a.requestAs(alice, "GET", `/rooms/${room}/event/${event?.eventId}`)).status === 200;
  expect([await isHere(said.at(-301)), await isHere(said.at(-302))]).toEqual([true, false]);
});

it("what several servers send after an outage is fetched from one of them; one that does not answer holds the others up once", async () => {
  const { a, alice, peer, network, room, joined } = await serverAndPeer();
  await using _closing = a;
  const said = chainOf(peer, 60, { room, joined });
  const other = new TestPeer("other.example", network);
  const zoe = "@zoe:other.example";
  const { join, authEvents } = await other.join(a, room, zoe, rules, version);
  const draft = { type: "m.room.message", sender: zoe, room_id: room, origin_server_ts: Date.now(), content: { body: "follows" } };
  const last = said.at(-1) ?? expect.unreachable();
  const follows = other.build(draft, { prevEvents: [last.eventId, join.eventId], authEvents: [...authEvents], depth: 90 }, rules);
  const askedOther = giveMissing(other, said, 20);
  let answer = (): void => {};
  const silent = new Promise<void>((resolve) => (answer = resolve));
  const give = giveMissing(peer, said, 20);
  const handler = peer.answers.get("/get_missing_events/") ?? expect.unreachable();
  peer.answers.set("/get_missing_events/", async (request) => {
    await silent;
    return handler(request);
  });
  const first = peer.send(a, [last.pdu]);
  await expect.poll(() => peer.requests.some(({ target }) => target.includes("/get_missing_events/"))).toBe(true);
  const second = other.send(a, [follows.pdu]);
  // Time for it to arrive; where it takes longer, nothing is left to wait for.
  await sleep(200);
  answer();
  expect((await first).body["pdus"]).toEqual({ [last.eventId]: {} });
  expect((await second).body["pdus"]).toEqual({ [follows.eventId]: {} });
  // The last one itself was not among what the first one gave, and has come with it.
  expect([give.length, askedOther.length]).toEqual([3, 0]);
  expect(await timelineOf(a, alice, room)).toEqual([...said.map((_, i) => `hers ${i}`), "follows"]);
});

it("an event whose state key is too long for us, and was not for others, is no gap", async () => {
  const { a, alice, peer } = await serverAndPeer();
  await using _closing = a;
  const old = getRoomVersionRules("10") ?? expect.unreachable();
  const room = await a.createRoom(alice, { room_version: "10" });
  const { join, authEvents } = await peer.join(a, room, eve, old, "10");
  const position = { authEvents: [...authEvents], depth: 20 };
  const draft = { sender: eve, room_id: room, origin_server_ts: Date.now() };
  const fine = peer.build({ ...draft, type: "org.example", state_key: "x", content: {} }, { ...position, prevEvents: [join.eventId] }, old);
  const { hashes: _hashes, signatures: _signatures, ...unsigned } = fine.pdu;
  const long = hashAndSignEvent({ ...unsigned, state_key: "💥".repeat(70) }, peer.name, peer.key, old);
  const longId = fromFederation(long, old).eventId;
  const next = peer.build({ ...draft, type: "m.room.message", content: { body: "after it" } }, { ...position, prevEvents: [longId] }, old);
  peer.answers.set("/get_missing_events/", () => ({ status: 200, body: { events: [long] } }));
  expect((await peer.send(a, [next.pdu])).body["pdus"]).toEqual({ [next.eventId]: {} });
  expect(await timelineOf(a, alice, room)).toEqual(["after it"]);
  expect((await a.requestAs(alice, "GET", `/rooms/${room}/state/org.example/${encodeURIComponent("💥".repeat(70))}`)).status).toBe(404);
});
