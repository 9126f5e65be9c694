// What tests of several servers look at.
import { setTimeout as sleep } from "node:timers/promises";
import type { BuiltPdu, JsonObject } from "@patrix/signatures";
import { defaultRoomVersionRules, getRoomVersionRules } from "@patrix/room-versions";
import { checkDatabase } from "../../src/compose/check-database.ts";
import { testDatabase } from "../../src/testing/test-database.ts";
import { testingConfig } from "../../src/testing/testing-config.ts";
import {
  type JoinedRoom,
  type NetworkRequest,
  type TestHomeserver,
  testHomeserver,
  type TestHomeserverOptions,
  TestNetwork,
  TestPeer,
  type TestUser,
} from "../../src/testing/index.ts";

/** Alice of one server and Bob of another. */
export interface TwoServers extends AsyncDisposable {
  readonly network: TestNetwork;
  readonly a: TestHomeserver;
  readonly b: TestHomeserver;
  readonly alice: TestUser;
  readonly bob: TestUser;
}

/** Boots two servers that reach each other. */
export async function twoServers(): Promise<TwoServers> {
  const network = new TestNetwork();
  const a = await testHomeserver({ serverName: "a.example", network });
  const b = await testHomeserver({ serverName: "b.example", network });
  return {
    network,
    a,
    b,
    alice: await a.register("alice"),
    bob: await b.register("bob"),
    async [Symbol.asyncDispose]() {
      await a[Symbol.asyncDispose]();
      await b[Symbol.asyncDispose]();
    },
  };
}

export const eve = "@eve:peer.example";
export const version = "11";
export const rules = getRoomVersionRules(version) ?? defaultRoomVersionRules;

/** A server, and a room of Alice's there that Eve has joined from a peer that the test plays. */
export interface ServerAndPeer {
  readonly network: TestNetwork;
  readonly a: TestHomeserver;
  readonly alice: TestUser;
  readonly peer: TestPeer;
  readonly room: string;
  readonly joined: JoinedRoom;
}

/** Boots a server and lets Eve join a room there. */
export async function serverAndPeer(options: TestHomeserverOptions = {}): Promise<ServerAndPeer> {
  const network = new TestNetwork();
  const a = await testHomeserver({ serverName: "a.example", network, ...options });
  const alice = await a.register("alice");
  const peer = new TestPeer("peer.example", network);
  const room = await a.createRoom(alice, { room_version: version });
  return { network, a, alice, peer, room, joined: await peer.join(a, room, eve, rules, version) };
}

/** Has a peer hand over a public room of its own with members of its own, the first of whom has made it. @returns The events of its state, in order. */
export function handRoom(
  peer: TestPeer,
  joiner: string,
  { room, members, topic }: { readonly room: string; readonly members: readonly string[]; readonly topic?: string },
): BuiltPdu[] {
  const [creator = eve] = members;
  const built: BuiltPdu[] = [];
  const next = (type: string, { sender = creator, key = "", content, auth }: HandedEvent): BuiltPdu => {
    const prevEvents = built.slice(-1).map(({ eventId }) => eventId);
    const authEvents = auth.map(({ eventId }) => eventId);
    const draft = { type, sender, state_key: key, room_id: room, origin_server_ts: Date.now(), content };
    const made = peer.build(draft, { prevEvents, authEvents, depth: built.length + 1 }, rules);
    built.push(made);
    return made;
  };
  const create = next("m.room.create", { content: { room_version: version }, auth: [] });
  const own = next("m.room.member", { key: creator, content: { membership: "join" }, auth: [create] });
  const joinRules = next("m.room.join_rules", { content: { join_rule: "public" }, auth: [create, own] });
  for (const member of members.slice(1))
    next("m.room.member", { sender: member, key: member, content: { membership: "join" }, auth: [create, joinRules] });
  if (topic !== undefined) next("m.room.topic", { content: { topic }, auth: [create, own] });
  const draft = {
    type: "m.room.member",
    room_id: room,
    state_key: joiner,
    sender: joiner,
    content: { membership: "join" },
    prev_events: built.slice(-1).map(({ eventId }) => eventId),
    auth_events: [create.eventId, joinRules.eventId],
    depth: built.length + 1,
  };
  const state = built.map(({ pdu }) => pdu);
  peer.answers.set("/make_join/", () => ({ status: 200, body: { room_version: version, event: draft } }));
  peer.answers.set("/send_join/", () => ({ status: 200, body: { state, auth_chain: state } }));
  peer.answers.set("/send/", () => ({ status: 200, body: { pdus: {} } }));
  return built;
}

interface HandedEvent {
  readonly sender?: string;
  readonly key?: string;
  readonly content: JsonObject;
  readonly auth: readonly BuiltPdu[];
}

/** What a check finds in the database of a server that has stopped. */
export async function findingsIn(serverName: string, dataDir: string): Promise<unknown[]> {
  const { config } = await testDatabase(dataDir);
  const found: unknown[] = [];
  await checkDatabase(testingConfig({ serverName, dataDir, config }), { found: (finding) => found.push(finding) });
  return found;
}

/**
 * Has a peer give events that are missing as servers do: those nearest to the latest ones, so many at a time.
 *
 * @returns The requests for them, as they come.
 */
export function giveMissing(peer: TestPeer, chain: readonly BuiltPdu[], most: number): NetworkRequest[] {
  const asked: NetworkRequest[] = [];
  peer.answers.set("/get_missing_events/", (request) => {
    asked.push(request);
    const { latest_events: latest } = JSON.parse(request.body ?? "{}") as { readonly latest_events: readonly string[] };
    const upTo = chain.findLastIndex(({ eventId }) => latest.includes(eventId));
    return { status: 200, body: { events: chain.slice(Math.max(0, upTo - most), Math.max(0, upTo)).map(({ pdu }) => pdu) } };
  });
  return asked;
}

/** Waits until something is so: what goes from server to server takes a moment. */
export async function until(isSo: () => Promise<boolean>, patienceMs = 10_000): Promise<void> {
  const endMs = performance.now() + patienceMs;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error("it has not come so");
    await sleep(20);
  }
}

/** Sends a text, which is its transaction ID too. */
export function say(server: TestHomeserver, user: TestUser, room: string, body: string): Promise<{ readonly status: number }> {
  return server.requestAs(user, "PUT", `/rooms/${room}/send/m.room.message/${body}`, { msgtype: "m.text", body });
}

/** The texts of a room's messages as a user reads them, oldest first. */
export async function timelineOf(server: TestHomeserver, user: TestUser, room: string): Promise<string[]> {
  const { body } = await server.requestAs<{ readonly chunk: readonly { readonly content: { readonly body?: string } }[] }>(
    user,
    "GET",
    `/rooms/${room}/messages?dir=b&limit=100`,
  );
  return body.chunk.flatMap(({ content }) => content.body ?? []).toReversed();
}
