// A homeserver among others that are played here, in one process: what it costs to join, to be sent events, and to send them.
import { setTimeout as sleep } from "node:timers/promises";
import { getRoomVersionRules } from "@patrix/room-versions";
import { type TestHomeserver, testHomeserver, TestNetwork, TestPeer, type TestUser } from "@patrix/homeserver/testing";
import type { BuiltPdu, PduPosition } from "@patrix/signatures";
import type { Benchmark, Measurement } from "./benchmark.ts";
import { collectGarbage, costOf } from "./cost.ts";
import { makeLargeConflict, taken } from "./federation/large-conflict.ts";
import { handOver, type LargeRoom, makeLargeRoom, type Versioned } from "./federation/large-room.ts";

interface Sizes {
  readonly servers: number;
  readonly members: number;
  /** Transactions of 50 events. */
  readonly transactions: number;
  readonly forks: number;
  /** Events in conflict. */
  readonly conflict: number;
  /** That go to all servers. */
  readonly messages: number;
  /** Servers for which nothing waits. */
  readonly idle: number;
  /** That are removed again. */
  readonly purged: number;
}

const FULL: Sizes = {
  servers: 1_000,
  members: 10_000,
  transactions: 300,
  forks: 10,
  conflict: 10_000,
  messages: 100,
  idle: 10_000,
  purged: 10_000,
};
const SMOKE: Sizes = { servers: 5, members: 50, transactions: 2, forks: 1, conflict: 100, messages: 2, idle: 20, purged: 100 };
const PER_TRANSACTION = 50;

const version = "11";
const rules = getRoomVersionRules(version);
if (!rules) throw new RangeError(`room version ${version} is not known`);
const versioned: Versioned = { version, rules };

/** How long what goes on by itself gets to be done. */
const QUIET_MS = 1_000;
/** How many devices get messages in one request. */
const PER_REQUEST = 2_000;

/** A homeserver, and all the servers around it. */
interface World {
  readonly server: TestHomeserver;
  readonly alice: TestUser;
  readonly peers: readonly TestPeer[];
  readonly room: LargeRoom;
}

/** Joins the large room: it is usable at once, and its members come then. */
async function join({ server, alice, peers, room }: World): Promise<Measurement[]> {
  const path = `/join/${encodeURIComponent(room.roomId)}?server_name=${peers[0]?.name}`;
  let usableMs = 0;
  const { ms, cpuMs, pauseMs } = await costOf(async () => {
    const begin = performance.now();
    const { status, body } = await server.requestAs(alice, "POST", path, {});
    if (status !== 200) throw new Error(`the join was answered with ${status} ${JSON.stringify(body)}`);
    const lazily = JSON.stringify({ room: { state: { lazy_load_members: true }, timeline: { lazy_load_members: true } } });
    const synced = await server.requestAs(alice, "GET", `/sync?filter=${encodeURIComponent(lazily)}`);
    if (!JSON.stringify(synced.body).includes(room.roomId)) throw new Error("the room is not shown");
    usableMs = performance.now() - begin;
    // It is answered when all members are there.
    const members = await server.request(
      "GET",
      `/_matrix/client/v3/rooms/${room.roomId}/state/m.room.member/@nobody:x.example`,
      undefined,
      alice.accessToken,
    );
    if (members.status !== 404) throw new Error(`the state was answered with ${members.status}`);
  });
  const { body } = await server.requestAs<{ readonly joined: object }>(alice, "GET", `/rooms/${room.roomId}/joined_members`);
  if (Object.keys(body.joined).length !== room.memberships.size + 1) throw new Error("not all members are there");
  const what = `a room of ${room.memberships.size} members of ${peers.length} servers`;
  return [
    { name: `join ${what}, until it is shown`, value: usableMs, unit: "ms", target: { atMost: 2_000 } },
    { name: "… until all members are there", value: ms, unit: "ms", target: { atMost: 8_000 } },
    { name: "… processor", value: cpuMs, unit: "ms" },
    { name: "… longest pause", value: pauseMs, unit: "ms", target: { atMost: 50 } },
  ];
}

/** Has a message reach every server of a room. */
function reachAll({ server, alice, peers, room }: World): () => Promise<void> {
  const reached = new Set<string>();
  let done = (): void => {};
  for (const peer of peers)
    peer.answers.set("/federation/v1/send/", ({ body }) => {
      if (body?.includes("m.room.message") === true && reached.add(peer.name).size === peers.length) done();
      return { status: 200, body: { pdus: {} } };
    });
  return async () => {
    reached.clear();
    const all = new Promise<void>((resolve) => (done = resolve));
    const path = `/rooms/${room.roomId}/send/m.room.message/${Math.random()}`;
    await server.requestAs(alice, "PUT", path, { msgtype: "m.text", body: "to all" });
    await all;
  };
}

/** Sends messages to all servers of the large room, one after the other. */
async function fanOut(world: World, { messages }: Sizes): Promise<Measurement[]> {
  const say = reachAll(world);
  // The first time every destination is made, and from then on they are there.
  const first = await costOf(say);
  const others = await costOf(async () => {
    for (let i = 0; i < messages; i++) await say();
  });
  const { peers } = world;
  for (const peer of peers) peer.requests.length = 0;
  return [
    { name: `the first message to ${peers.length} servers`, value: first.cpuMs, unit: "ms of processor" },
    { name: "… each after it", value: others.cpuMs / messages, unit: "ms of processor", target: { atMost: 100 } },
    { name: "… until the last server had it", value: others.ms / messages, unit: "ms" },
    { name: "… longest pause", value: Math.max(first.pauseMs, others.pauseMs), unit: "ms", target: { atMost: 50 } },
  ];
}

function message(peer: TestPeer, room: string, sender: string, position: PduPosition, type = "m.room.message"): BuiltPdu {
  const content = type === "m.room.topic" ? { topic: `${Math.random()}` } : { msgtype: "m.text", body: "x".repeat(400) };
  const draft = { type, sender, room_id: room, origin_server_ts: Date.now(), content, ...(type === "m.room.topic" && { state_key: "" }) };
  return peer.build(draft, position, versioned.rules);
}

/** Takes events of another server, one after the other in a room. */
async function inbound({ server, alice, peers }: World, { transactions }: Sizes): Promise<Measurement[]> {
  const [peer] = peers;
  if (!peer) return [];
  const room = await server.createRoom(alice, { room_version: version });
  const eve = `@eve:${peer.name}`;
  const joined = await peer.join(server, room, eve, versioned.rules, version);
  let prev = joined.join.eventId;
  const bodies = Array.from({ length: transactions }, (_, index) =>
    Array.from({ length: PER_TRANSACTION }, (_unused, i) => {
      const depth = 20 + index * PER_TRANSACTION + i;
      const { eventId, pdu } = message(peer, room, eve, { prevEvents: [prev], authEvents: [...joined.authEvents], depth });
      prev = eventId;
      return pdu;
    }),
  );
  const { ms, cpuMs, pauseMs } = await costOf(async () => {
    for (const pdus of bodies) {
      const { status, body } = await peer.send(server, pdus);
      const refused = Object.values(body["pdus"] ?? {}).filter((result) => "error" in Object(result));
      if (status !== 200 || refused.length > 0) throw new Error(`the transaction was answered with ${status} ${JSON.stringify(refused)}`);
    }
  });
  const count = transactions * PER_TRANSACTION;
  return [
    { name: "events of others, one room", value: (count / cpuMs) * 1_000, unit: "a second of processor", target: { atLeast: 2_500 } },
    { name: "… by the clock", value: (count / ms) * 1_000, unit: "/s" },
    { name: "… longest pause", value: pauseMs, unit: "ms", target: { atMost: 50 } },
  ];
}

/** Takes events that fork the state of the large room, and one that joins each fork. */
async function forked({ server, peers, room }: World, { forks }: Sizes): Promise<Measurement[]> {
  const [, first, second] = peers;
  if (!first || !second) return [];
  const { create, powerLevels } = room.authEvents;
  const userOf = (peer: TestPeer): string => [...room.memberships.keys()].find((userId) => userId.endsWith(`:${peer.name}`)) ?? "";
  const authOf = (peer: TestPeer): string[] => [create, powerLevels, room.memberships.get(userOf(peer)) ?? ""];
  let { eventId: tip, depth } = room.last;
  const times: number[] = [];
  const cost = await costOf(async () => {
    for (let i = 0; i < forks; i++) {
      depth++;
      const [one, other] = [first, second].map((peer) =>
        message(peer, room.roomId, userOf(peer), { prevEvents: [tip], authEvents: authOf(peer), depth }, "m.room.topic"),
      );
      const tips = [one?.eventId ?? "", other?.eventId ?? ""];
      const merge = message(first, room.roomId, userOf(first), { prevEvents: tips, authEvents: authOf(first), depth: ++depth });
      for (const [peer, built] of [
        [first, one],
        [second, other],
        [first, merge],
      ] as const) {
        const begin = performance.now();
        const { status, body } = await peer.send(server, [built?.pdu]);
        times.push(performance.now() - begin);
        if (status !== 200 || JSON.stringify(body).includes("error")) throw new Error(`a fork was answered with ${JSON.stringify(body)}`);
      }
      tip = merge.eventId;
    }
  });
  times.sort((a, b) => a - b);
  return [
    { name: "an event that forks or joins forks, p50", value: times[Math.floor(times.length / 2)] ?? 0, unit: "ms" },
    { name: "… the slowest", value: times.at(-1) ?? 0, unit: "ms", target: { atMost: 50 } },
    { name: "… longest pause", value: cost.pauseMs, unit: "ms", target: { atMost: 50 } },
  ];
}

/** Takes an event of the other side of a room that was divided for long, and one that joins the sides. */
async function conflict({ server, alice, peers }: World, { conflict: events }: Sizes): Promise<Measurement[]> {
  const [peer] = peers;
  if (!peer) return [];
  const { theirs, merge } = await makeLargeConflict(server, { alice, peer, events }, versioned);
  const first = await costOf(() => taken(peer, server, [theirs]));
  const second = await costOf(() => taken(peer, server, [merge]));
  return [
    { name: `an event of another side, ${events} events in conflict`, value: first.ms, unit: "ms" },
    { name: "… longest pause", value: first.pauseMs, unit: "ms", target: { atMost: 50 } },
    { name: "… of that the processor", value: first.busyMs, unit: "ms", target: { atMost: 50 } },
    { name: "an event that joins the sides", value: second.ms, unit: "ms" },
    { name: "… longest pause", value: second.pauseMs, unit: "ms", target: { atMost: 50 } },
    { name: "… of that the processor", value: second.busyMs, unit: "ms", target: { atMost: 50 } },
  ];
}

/** What is left in memory of servers for which nothing waits any more, in a world of their own: each has got some messages to devices. */
async function idle(_world: World, { idle: servers }: Sizes): Promise<Measurement[]> {
  const network = new TestNetwork();
  const names = Array.from({ length: servers }, (_, index) => `s${index}.example`);
  let taken = 0;
  for (const name of names)
    network.play(name, ({ target }) => {
      if (target.includes("/send/")) taken++;
      return { status: 200, body: { pdus: {} } };
    });
  let passedMs = 0;
  await using server = await testHomeserver({ serverName: "a.example", network, clock: { now: () => Date.now() + passedMs } });
  const alice = await server.register("alice");
  const send = async (to: readonly string[], txn: string): Promise<void> => {
    taken = 0;
    for (let from = 0; from < to.length; from += PER_REQUEST) {
      const some = to.slice(from, from + PER_REQUEST);
      const messages = Object.fromEntries(some.map((name) => [`@user:${name}`, { DEVICE: { n: 1 } }]));
      const { status, body } = await server.requestAs(alice, "PUT", `/sendToDevice/m.test/${txn}-${from}`, { messages });
      if (status !== 200) throw new Error(`messages to devices were answered with ${status} ${JSON.stringify(body)}`);
    }
    while (taken < to.length) await sleep(10);
    // What is stored of the last answers goes with the next commit.
    await server.createRoom(alice);
    await sleep(QUIET_MS);
  };
  const heap = (): number => {
    network.requests.length = 0;
    // Not everything goes the first time.
    for (let i = 0; i < 4; i++) collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  // Whatever is made once is made.
  await send(names.slice(0, 1), "first");
  const before = heap();
  for (const round of ["a", "b", "c"]) await send(names, round);
  const after = heap();
  passedMs = 10 * 60_000;
  await send(names.slice(0, 1), "last");
  const later = heap();
  const of = (bytes: number): number => (bytes - before) / servers;
  return [
    { name: `memory of a server for which nothing waits, of ${servers}`, value: of(later), unit: "bytes", target: { atMost: 1_024 } },
    { name: "… as long as it is known where it is, some minutes", value: of(after), unit: "bytes" },
  ];
}

/** Removes what was said in the large room, and then the room. */
async function purge({ server, alice, room }: World, { purged }: Sizes): Promise<Measurement[]> {
  for (let i = 0; i < purged; i += PER_TRANSACTION)
    await Promise.all(
      Array.from({ length: PER_TRANSACTION }, (_, k) =>
        server.requestAs(alice, "PUT", `/rooms/${room.roomId}/send/m.room.message/purged${i + k}`, { msgtype: "m.text", body: "gone" }),
      ),
    );
  const id = encodeURIComponent(room.roomId);
  const run = async (method: string, path: string, body: object, statusPath: string): Promise<number> => {
    const ask = async (verb: string, at: string, sent?: object): Promise<Readonly<Record<string, unknown>>> =>
      (await server.request(verb, `/_synapse/admin${at}`, sent, alice.accessToken)).body;
    const begun = await ask(method, path, body);
    for (;;) {
      const {
        status,
        removed_events: removed,
        error,
      } = await ask("GET", `${statusPath}/${String(begun["purge_id"] ?? begun["delete_id"])}`);
      if (status === "complete") return Number(removed);
      if (status !== "active" && status !== "waiting") throw new Error(`a purge is ${String(status)}: ${String(error)}`);
      await sleep(50);
    }
  };
  let removed = 0;
  const history = await costOf(async () => {
    const body = { purge_up_to_ts: Date.now() + 60_000, delete_local_events: true };
    removed = await run("POST", `/v1/purge_history/${id}`, body, "/v1/purge_history_status");
  });
  let rest = 0;
  const whole = await costOf(async () => void (rest = await run("DELETE", `/v2/rooms/${id}`, {}, "/v2/rooms/delete_status")));
  return [
    { name: `removing ${removed} messages`, value: history.ms, unit: "ms" },
    { name: "… longest pause", value: history.pauseMs, unit: "ms", target: { atMost: 50 } },
    { name: "… of that the processor", value: history.busyMs, unit: "ms", target: { atMost: 50 } },
    { name: `removing a room of ${room.memberships.size} members, ${rest} events`, value: whole.ms, unit: "ms" },
    { name: "… longest pause", value: whole.pauseMs, unit: "ms", target: { atMost: 50 } },
    { name: "… of that the processor", value: whole.busyMs, unit: "ms", target: { atMost: 50 } },
  ];
}

/** What is measured, in this order. */
const scenarios: Readonly<Record<string, (world: World, sizes: Sizes) => Promise<Measurement[]>>> = {
  join,
  forked,
  fanOut,
  inbound,
  conflict,
  purge,
  idle,
};

/** A homeserver among thousands. */
export const subject: Benchmark = {
  name: "federation",
  options: {
    scenarios: {
      type: "string",
      value: "NAMES",
      summary: `some of ${Object.keys(scenarios).join(",")}; inbound, conflict and idle need no join before them`,
    },
    events: { type: "string", value: "COUNT", summary: `how many events are in conflict, ${FULL.conflict} if left out` },
  },
  run: async ({ isSmoke, options }) => {
    const fixed = isSmoke ? SMOKE : FULL;
    const sizes = { ...fixed, conflict: Number(options["events"] ?? fixed.conflict) };
    const wanted = typeof options["scenarios"] === "string" ? options["scenarios"].split(",") : Object.keys(scenarios);
    const network = new TestNetwork();
    const peers = Array.from({ length: sizes.servers }, (_, index) => new TestPeer(`s${index}.example`, network));
    const room = makeLargeRoom(peers, wanted.includes("join") ? sizes.members : 1, versioned);
    const [host] = peers;
    if (host) handOver(host, room, versioned);
    await using server = await testHomeserver({ serverName: "a.example", network, config: { admins: ["@alice:a.example"] } });
    const world: World = { server, alice: await server.register("alice"), peers, room };
    const measurements: Measurement[] = [];
    for (const name of wanted) measurements.push(...((await scenarios[name]?.(world, sizes)) ?? []));
    return [
      { title: "a homeserver among others, which cost what they cost in the same process", timings: [], comparisons: [], measurements },
    ];
  },
};
