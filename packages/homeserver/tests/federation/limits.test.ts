// Each limit on what other servers send, or are sent, is crossed.
import { fromFederation } from "@patrix/signatures";
import { afterEach, beforeEach, expect, it } from "vitest";
import { limits } from "../../src/limits.ts";
import type { JoinedRoom, TestHomeserver, TestNetwork, TestPeer, TestUser } from "../../src/testing/index.ts";
import { eve, giveMissing, rules, serverAndPeer, timelineOf, until, version } from "./federated.ts";

let network: TestNetwork;
let a: TestHomeserver;
let alice: TestUser;
let peer: TestPeer;
let room: string;
let joined: JoinedRoom;

beforeEach(async () => {
  ({ network, a, alice, peer, room, joined } = await serverAndPeer());
});
afterEach(() => a[Symbol.asyncDispose]());

const many = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const accept = (): { status: number; body: unknown } => ({ status: 200, body: { pdus: {} } });

function chain(count: number): ReturnType<TestPeer["build"]>[] {
  let prev = joined.join.eventId;
  return many(count).map((i) => {
    const draft = {
      type: "m.room.message",
      sender: eve,
      room_id: room,
      origin_server_ts: Date.now() + i,
      content: { msgtype: "m.text", body: `${i}` },
    };
    const built = peer.build(draft, { prevEvents: [prev], authEvents: [...joined.authEvents], depth: 20 + i }, rules);
    prev = built.eventId;
    return built;
  });
}

it("transactionPdus: a transaction with more events is refused as a whole", async () => {
  const pdus = chain(limits.transactionPdus.value + 1).map(({ pdu }) => pdu);
  expect(await peer.send(a, pdus)).toMatchObject({ status: 400, body: { errcode: "M_BAD_JSON" } });
  expect(await timelineOf(a, alice, room)).toEqual([]);
  expect(await peer.send(a, pdus.slice(0, -1))).toMatchObject({ status: 200 });
  expect(await timelineOf(a, alice, room)).toHaveLength(limits.transactionPdus.value);
});

it("transactionEdus: a transaction with more EDUs is refused as a whole", async () => {
  const typing = { edu_type: "m.typing", content: { room_id: room, user_id: eve, typing: true } };
  const edus = many(limits.transactionEdus.value + 1).map(() => typing);
  expect(await peer.send(a, [], edus)).toMatchObject({ status: 400, body: { errcode: "M_BAD_JSON" } });
  expect(JSON.stringify((await a.requestAs(alice, "GET", "/sync")).body)).not.toContain("m.typing");
  expect(await peer.send(a, [], edus.slice(0, -1))).toMatchObject({ status: 200 });
});

it("missingEvents: no more are asked for, and no more are taken", async () => {
  const sent = chain(limits.missingEvents.value * 2);
  const last = sent.at(-1);
  peer.answers.set("/get_missing_events/", () => ({ status: 200, body: { events: sent.slice(0, -1).map(({ pdu }) => pdu) } }));
  await peer.send(a, [last?.pdu]);
  const asked = peer.requests.find(({ target }) => target.includes("/get_missing_events/"));
  expect(JSON.parse(asked?.body ?? "{}")).toMatchObject({ limit: limits.missingEvents.value });
  expect(await timelineOf(a, alice, room)).toHaveLength(limits.missingEvents.value);
});

it("missedEvents: no more are asked for, however many answers there would be", async () => {
  const most = limits.missedEvents.value;
  const sent = chain(most + 100);
  const last = sent.at(-1);
  const asked = giveMissing(peer, sent, limits.missingEvents.value);
  const ids = [...joined.state.map((pdu) => fromFederation(pdu, rules).eventId), joined.join.eventId];
  peer.answers.set("/state_ids/", () => ({ status: 200, body: { pdu_ids: ids, auth_chain_ids: [] } }));
  expect((await peer.send(a, [last?.pdu])).body["pdus"]).toEqual({ [last?.eventId ?? ""]: {} });
  expect(asked).toHaveLength(most / limits.missingEvents.value);
  const isHere = async (event: (typeof sent)[number] | undefined): Promise<boolean> =>
    (await a.requestAs(alice, "GET", `/rooms/${room}/event/${event?.eventId}`)).status === 200;
  expect([await isHere(sent.at(-1 - most)), await isHere(sent.at(-2 - most))]).toEqual([true, false]);
});

it("fetchedState: a state that is larger is not taken", async () => {
  const [, missing, last] = chain(3);
  const ids = many(limits.fetchedState.value + 1).map((i) => `$${i}`);
  peer.answers.set("/get_missing_events/", () => ({ status: 200, body: { events: [missing?.pdu] } }));
  peer.answers.set("/state_ids/", () => ({ status: 200, body: { pdu_ids: ids, auth_chain_ids: [] } }));
  const { body } = await peer.send(a, [last?.pdu]);
  expect(JSON.stringify(body["pdus"])).toContain("error");
  const asked = peer.requests.map(({ target }) => /\/v1\/(state_ids|state|event)\//.exec(target)?.[1]).filter((name) => name !== undefined);
  expect(asked).toEqual(["state_ids"]);
});

it("strippedEvents, strippedBytes: an invite that shows more of its room is refused", async () => {
  const invite = peer.build(
    {
      type: "m.room.member",
      state_key: alice.userId,
      sender: eve,
      room_id: "!r:peer.example",
      origin_server_ts: Date.now(),
      content: { membership: "invite" },
    },
    { prevEvents: [], authEvents: [], depth: 1 },
    rules,
  );
  const shown = { type: "m.room.name", state_key: "", sender: eve, content: { name: "" } };
  const put = (state: readonly object[]): Promise<{ status: number }> =>
    peer.request(a, "PUT", `/_matrix/federation/v2/invite/${encodeURIComponent("!r:peer.example")}/${invite.eventId}`, {
      room_version: version,
      event: invite.pdu,
      invite_room_state: state,
    });
  const tooMany = many(limits.strippedEvents.value + 1).map(() => shown);
  const tooLarge = [{ ...shown, content: { name: "x".repeat(limits.strippedBytes.value) } }];
  for (const state of [tooMany, tooLarge]) expect(await put(state)).toMatchObject({ status: 400, body: { errcode: "M_INVALID_PARAM" } });
  expect((await a.requestAs(alice, "GET", "/sync")).body["rooms"]?.["invite"]).toBeUndefined();
  expect(await put(tooMany.slice(1))).toMatchObject({ status: 200 });
});

it("backfilledEvents: an answer has no more, whatever is asked for", async () => {
  for (const i of many(limits.backfilledEvents.value + 20))
    await a.requestAs(alice, "PUT", `/rooms/${room}/send/m.room.message/${i}`, { body: `${i}` });
  const { body } = await a.requestAs<{ chunk: { event_id: string }[] }>(alice, "GET", `/rooms/${room}/messages?dir=b&limit=1`);
  const from = body.chunk[0]?.event_id ?? "";
  const answer = await peer.request(a, "GET", `/_matrix/federation/v1/backfill/${encodeURIComponent(room)}?v=${from}&limit=1000`);
  expect((answer.body["pdus"] as unknown as unknown[]).length).toBe(limits.backfilledEvents.value);
});

it("joinServers: no more are asked to let a user in", async () => {
  const servers = many(limits.joinServers.value + 5).map((i) => `s${i}.example`);
  const asked = new Set<string>();
  for (const server of servers) network.play(server, ({ to }) => (asked.add(to), { status: 404, body: { errcode: "M_NOT_FOUND" } }));
  const via = servers.map((server) => `via=${server}`).join("&");
  expect((await a.requestAs(alice, "POST", `/join/${encodeURIComponent("!nowhere:x.example")}?${via}`, {})).status).toBe(404);
  expect(asked.size).toBe(limits.joinServers.value);
});

it("destinationEvents: of what is more, a server that was away gets the newest, and asks for the rest", async () => {
  network.fault = ({ to }) => (to === peer.name ? "lost" : undefined);
  const count = limits.destinationEvents.value + 50;
  for (const i of many(count)) await a.requestAs(alice, "PUT", `/rooms/${room}/send/m.room.message/${i}`, { body: `${i}` });
  const before = peer.requests.length;
  peer.answers.set("/send/", accept);
  network.fault = undefined;
  await peer.request(a, "GET", "/_matrix/federation/v1/query/profile?user_id=@alice:a.example");
  await until(async () => peer.requests.slice(before).some(({ body }) => body?.includes(`"body":"${count - 1}"`) === true));
  const sent = peer.requests.slice(before).flatMap(({ body }) => body?.match(/"body":"\d+"/g) ?? []);
  expect(new Set(sent).size).toBeLessThan(limits.destinationEvents.value);
});
