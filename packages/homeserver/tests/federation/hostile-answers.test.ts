// What a server answers, or makes this one ask, that means harm: bounded, and nobody else is held up.
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { signRequest } from "@patrix/federation";
import { fromFederation, generateSigningKey } from "@patrix/signatures";
import type { Logger } from "../../src/http/logger.ts";
import { limits } from "../../src/limits.ts";
import { type JoinedRoom, type TestHomeserver, type TestNetwork, TestPeer, type TestUser } from "../../src/testing/index.ts";
import { eve, rules, serverAndPeer, timelineOf, until, version } from "./federated.ts";

let network: TestNetwork;
let a: TestHomeserver;
let alice: TestUser;
let peer: TestPeer;
let room: string;
let joined: JoinedRoom;
/** What was logged that is not for information. */
let logged: string[];

beforeEach(async () => {
  logged = [];
  const note = (message: string): void => void logged.push(message);
  const logger = { info: () => {}, debug: () => {}, warn: note, error: note } as Logger;
  ({ network, a, alice, peer, room, joined } = await serverAndPeer({ logger }));
  peer.answers.set("/send/", () => ({ status: 200, body: { pdus: {} } }));
});
afterEach(() => a[Symbol.asyncDispose]());

type At = Partial<Parameters<TestPeer["build"]>[1]>;

function event(
  draft: Partial<Parameters<TestPeer["build"]>[0]>,
  at: At = {},
  { from = peer, of = joined } = {},
): ReturnType<TestPeer["build"]> {
  return from.build(
    { type: "m.room.message", sender: `@eve:${from.name}`, room_id: room, origin_server_ts: Date.now(), content: {}, ...draft },
    { prevEvents: [of.join.eventId], authEvents: [...of.authEvents], depth: 20, ...at },
    rules,
  );
}
const said = (body: string, at: At = {}, by?: Parameters<typeof event>[2]): ReturnType<TestPeer["build"]> =>
  event({ content: { msgtype: "m.text", body } }, at, by);

/** Another server in the room, which means no harm. */
async function honestPeer(): Promise<{ from: TestPeer; of: JoinedRoom }> {
  const from = new TestPeer("honest.example", network);
  from.answers.set("/send/", () => ({ status: 200, body: { pdus: {} } }));
  return { from, of: await from.join(a, room, "@eve:honest.example", rules, version) };
}

/** The ID of an event of the state that a server was given when it joined. */
function stateId({ state }: JoinedRoom, type: string): string {
  return state.filter((pdu) => pdu["type"] === type).map((pdu) => fromFederation(pdu, rules).eventId)[0] ?? "";
}

/** The events that the newest one of the room follows. */
async function newestFollows(reader = peer): Promise<string[]> {
  const sent = await a.requestAs(alice, "PUT", `/rooms/${room}/send/m.room.message/newest`, { msgtype: "m.text", body: "newest" });
  const { body } = await reader.request(a, "GET", `/_matrix/federation/v1/event/${sent.body["event_id"]}`);
  return (body["pdus"] as unknown as { prev_events: string[] }[])[0]?.prev_events ?? [];
}

it("forks without end leave few ends of the graph, and push out nobody else's events", async () => {
  await a.requestAs(alice, "PUT", `/rooms/${room}/state/m.room.topic/`, { topic: "hers" });
  const honest = await honestPeer();
  const mine = said("honest", {}, honest);
  await honest.from.send(a, [mine.pdu]);
  // Each with a state of its own, so that all of them would have to be resolved.
  const forks = Array.from({ length: 50 }, (_, i) =>
    event(
      { type: "m.room.member", state_key: eve, content: { membership: "join", displayname: `${i}` } },
      { authEvents: [...joined.authEvents, stateId(joined, "m.room.join_rules")], depth: 20 + i },
    ),
  );
  expect(
    (
      await peer.send(
        a,
        forks.map(({ pdu }) => pdu),
      )
    ).status,
  ).toBe(200);
  const follows = await newestFollows();
  expect(follows.length).toBeLessThanOrEqual(limits.forwardExtremities.value);
  expect(follows).toContain(mine.eventId);
  expect(follows).toContain(forks.at(-1)?.eventId);
  expect((await a.requestAs(alice, "GET", `/rooms/${room}/state/m.room.topic/`)).body).toEqual({ topic: "hers" });
  expect(Object.keys((await a.requestAs(alice, "GET", `/rooms/${room}/joined_members`)).body["joined"] as object)).toHaveLength(3);
  expect(logged).toEqual([]);
});

it("what is soft-failed or rejected is followed by nothing that this server sends", async () => {
  const honest = await honestPeer();
  await a.requestAs(alice, "POST", `/rooms/${room}/ban`, { user_id: eve });
  const softFailed = said("from before the ban");
  const rejected = event({ type: "m.room.name", state_key: "", content: { name: "mine" } });
  await peer.send(a, [softFailed.pdu, rejected.pdu]);
  const follows = await newestFollows(honest.from);
  expect(follows).not.toContain(softFailed.eventId);
  expect(follows).not.toContain(rejected.eventId);
  expect(await timelineOf(a, alice, room)).toEqual(["newest"]);
});

it("fetchedAuthChain: an event that a hundred thousand others authorise is refused, and no other", async () => {
  peer.answers.set("/event_auth/", () => ({ status: 200, body: { auth_chain: Array.from({ length: 100_000 }, () => ({})) } }));
  const endless = said("endless", { authEvents: [...joined.authEvents.slice(0, -1), "$nobody-knows-this-event-00000000000000000000"] });
  const good = said("good");
  const { body } = await peer.send(a, [endless.pdu, good.pdu]);
  expect(body["pdus"]).toEqual({ [endless.eventId]: { error: expect.stringContaining("too much") }, [good.eventId]: {} });
  expect(peer.requests.some(({ target }) => target.includes("/v1/event/"))).toBe(false);
  expect(await timelineOf(a, alice, room)).toEqual(["good"]);
  expect(logged).toEqual([]);
});

it("an answer of a hundred megabytes is left off where no good one can be as long", async () => {
  const megabyte = new Uint8Array(1024 * 1024).fill(0x20);
  const given = new Map<string, number>();
  const endless = (name: string) => () => ({
    status: 200,
    body: (async function* () {
      for (let i = 0; i < 100; i++) {
        given.set(name, i + 1);
        yield megabyte;
      }
    })(),
  });
  for (const name of ["/get_missing_events/", "/event_auth/", "/v1/event/"]) peer.answers.set(name, endless(name));
  const gap = said("gap", { prevEvents: ["$nobody-knows-this-event-00000000000000000000"] });
  const unfounded = said("unfounded", { authEvents: [...joined.authEvents.slice(0, -1), "$nobody-knows-this-event-00000000000000000000"] });
  const { body } = await peer.send(a, [gap.pdu, unfounded.pdu, said("good").pdu]);
  expect(Object.values(body["pdus"] as object).filter((result: object) => "error" in result)).toHaveLength(2);
  expect([...given.keys()].toSorted()).toEqual(["/event_auth/", "/get_missing_events/", "/v1/event/"]);
  for (const megabytes of given.values()) expect(megabytes).toBeLessThanOrEqual(17);
  expect(await timelineOf(a, alice, room)).toEqual(["good"]);
  expect(logged).toEqual([]);
});

it("an answer that drips holds up the events of no other server, nor of the room's own users", async () => {
  let drips = 0;
  const isOver = new AbortController();
  peer.answers.set("/get_missing_events/", () => ({
    status: 200,
    body: (async function* () {
      for (;;) {
        drips++;
        yield new TextEncoder().encode(" ");
        await sleep(20, undefined, { signal: isOver.signal });
      }
    })(),
  }));
  const honest = await honestPeer();
  const slow = peer.send(a, [said("gap", { prevEvents: ["$nobody-knows-this-event-00000000000000000000"] }).pdu]).catch(() => undefined);
  await until(async () => drips > 2);
  expect((await honest.from.send(a, [said("honest", {}, honest).pdu])).status).toBe(200);
  await a.requestAs(alice, "PUT", `/rooms/${room}/send/m.room.message/1`, { msgtype: "m.text", body: "alice" });
  expect(await timelineOf(a, alice, room)).toEqual(["honest", "alice"]);
  isOver.abort();
  await slow;
});

it("requests in invented names hold up no request of a server that is known", async () => {
  const key = generateSigningKey("ed25519:1");
  let asked = 0;
  let release = (): void => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const uri = "/_matrix/federation/v1/query/profile?user_id=@alice:a.example";
  const forge = async (origin: string): Promise<number> =>
    (await fetch(a.url + uri, { headers: { authorization: signRequest({ method: "GET", uri, origin, destination: a.serverName }, key) } }))
      .status;
  // Some of them have a name server and a host that does not answer; most do not exist.
  const hanging = Array.from({ length: 100 }, (_, i) => `hanging-${i}.example`);
  for (const server of hanging)
    network.play(server, async () => {
      asked++;
      await released;
      return { status: 404, body: {} };
    });
  const forged = [...hanging, ...Array.from({ length: 400 }, (_, i) => `invented-${i}.example`)].map(forge);
  await until(async () => asked > 0);
  expect((await peer.request(a, "GET", uri)).status).toBe(200);
  expect((await peer.send(a, [said("known").pdu])).status).toBe(200);
  expect(await timelineOf(a, alice, room)).toEqual(["known"]);
  release();
  expect(new Set(await Promise.all(forged))).toEqual(new Set([401]));
  expect(logged).toEqual([]);
});

it("serverTransactions, waitingTransactions: a server that sends more at once than it waits for is asked to wait", async () => {
  let release = (): void => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  let asked = 0;
  peer.answers.set("/get_missing_events/", async () => {
    asked++;
    await released;
    return { status: 404, body: { errcode: "M_NOT_FOUND" } };
  });
  const gap = said("gap", { prevEvents: ["$nobody-knows-this-event-00000000000000000000"] });
  const statuses: number[] = [];
  const most = limits.serverTransactions.value + limits.waitingTransactions.value;
  const sending = Array.from({ length: most + 3 }, async () => void statuses.push((await peer.send(a, [gap.pdu])).status));
  await until(async () => asked > 0 && statuses.length === 3);
  expect(statuses).toEqual([429, 429, 429]);
  // What it reads has places of its own.
  expect((await peer.request(a, "GET", `/_matrix/federation/v1/state_ids/${room}?event_id=${joined.join.eventId}`)).status).toBe(200);
  release();
  await Promise.all(sending);
  expect(statuses.filter((status) => status === 200)).toHaveLength(most);
});

it("what a server reads is limited by rate, and what it sends is not", async () => {
  const rates = { enabled: true, server_read: { per_second: 0.001, burst: 2 } };
  const limited = await serverAndPeer({ config: { rate_limits: rates } });
  await using _closing = limited.a;
  const read = async (): Promise<number> => {
    const uri = `/_matrix/federation/v1/state_ids/${limited.room}?event_id=${limited.joined.join.eventId}`;
    return (await limited.peer.request(limited.a, "GET", uri)).status;
  };
  // The join was one.
  expect([await read(), await read()]).toEqual([200, 429]);
  for (const _ of [1, 2, 3]) expect((await limited.peer.send(limited.a, [])).status).toBe(200);
});
