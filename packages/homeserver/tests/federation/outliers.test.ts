// Events that others name before they come, or that come after those that follow them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromFederation } from "@patrix/signatures";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { JoinedRoom, TestHomeserver, TestPeer, TestUser } from "../../src/testing/index.ts";
import { eve, findingsIn, handRoom, rules, serverAndPeer, timelineOf } from "./federated.ts";

let a: TestHomeserver;
let alice: TestUser;
let peer: TestPeer;
let room: string;
let joined: JoinedRoom;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "patrix-outliers-"));
  ({ a, alice, peer, room, joined } = await serverAndPeer({ dataDir: folder }));
});
afterEach(async () => {
  await a[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

type Draft = Parameters<TestPeer["build"]>[0];
type Built = ReturnType<TestPeer["build"]>;

function event(draft: Partial<Draft>, at: Partial<Parameters<TestPeer["build"]>[1]> = {}): Built {
  return peer.build(
    { type: "m.room.message", sender: eve, room_id: room, origin_server_ts: Date.now(), content: {}, ...draft },
    { prevEvents: [joined.join.eventId], authEvents: [...joined.authEvents], depth: 20, ...at },
    rules,
  );
}
const said = (body: string, at: Parameters<typeof event>[1] = {}): Built => event({ content: { msgtype: "m.text", body } }, at);
const stateId = (type: string): string =>
  joined.state.filter((pdu) => pdu["type"] === type).map((pdu) => fromFederation(pdu, rules).eventId)[0] ?? "";
const nameOf = async (): Promise<unknown> =>
  (await a.requestAs(alice, "GET", `/rooms/${room}/state/m.room.member/${eve}`)).body["displayname"];

/** The events of the room as Alice reads them, oldest first. */
async function allEvents(): Promise<{ readonly event_id: string; readonly content: object }[]> {
  const { body } = await a.requestAs<{ chunk: { event_id: string; content: object }[] }>(
    alice,
    "GET",
    `/rooms/${room}/messages?dir=b&limit=100`,
  );
  return body.chunk.toReversed();
}

/** Stops the server and looks at everything it has stored. */
async function findings(): Promise<unknown[]> {
  await a.stop();
  return findingsIn("a.example", folder);
}

it("an event that has come as what authorises another one is shown when it comes itself, and changes the state", async () => {
  const named = event(
    { type: "m.room.member", state_key: eve, content: { membership: "join", displayname: "Eve" } },
    { authEvents: [stateId("m.room.create"), stateId("m.room.power_levels"), stateId("m.room.join_rules"), joined.join.eventId] },
  );
  const first = said("first", { authEvents: [...joined.authEvents.slice(0, -1), named.eventId] });
  peer.answers.set("/event_auth/", () => ({ status: 200, body: { auth_chain: [named.pdu] } }));
  expect((await peer.send(a, [first.pdu])).body["pdus"]).toEqual({ [first.eventId]: {} });
  // As what authorises another one it is shown to nobody.
  expect([await nameOf(), (await allEvents()).some(({ event_id: id }) => id === named.eventId)]).toEqual([undefined, false]);
  const { body: before } = await a.requestAs(alice, "GET", "/sync");

  expect((await peer.send(a, [named.pdu])).body["pdus"]).toEqual({ [named.eventId]: {} });
  expect(await nameOf()).toBe("Eve");
  expect((await allEvents()).filter(({ event_id: id }) => id === named.eventId)).toHaveLength(1);
  const { body: after } = await a.requestAs(alice, "GET", `/sync?since=${before["next_batch"]}`);
  const timeline = after["rooms"]?.["join"]?.[room]?.["timeline"]?.["events"] as unknown as { event_id: string }[];
  expect(timeline.map(({ event_id: id }) => id)).toEqual([named.eventId]);

  // It is one event, also for what follows it and when it comes again.
  const last = said("last", { prevEvents: [named.eventId, first.eventId], authEvents: [...joined.authEvents.slice(0, -1), named.eventId] });
  expect((await peer.send(a, [named.pdu, last.pdu])).body["pdus"]).toEqual({ [named.eventId]: {}, [last.eventId]: {} });
  expect(await timelineOf(a, alice, room)).toEqual(["first", "last"]);
  expect(await findings()).toEqual([]);
});

it("an event that was not allowed as what authorises another one is not allowed when it comes itself, and holds up nothing that follows it", async () => {
  const bad = event({ type: "m.room.power_levels", state_key: "", content: { users: { [eve]: 100 } } });
  const first = said("first", { authEvents: [joined.authEvents[0] ?? "", bad.eventId, joined.join.eventId] });
  peer.answers.set("/event_auth/", () => ({ status: 200, body: { auth_chain: [bad.pdu] } }));
  const last = said("last", { prevEvents: [bad.eventId], depth: 21 });
  const { body } = await peer.send(a, [first.pdu, bad.pdu, last.pdu]);
  expect(body["pdus"]).toMatchObject({ [first.eventId]: { error: expect.any(String) }, [bad.eventId]: { error: expect.any(String) } });
  expect(body["pdus"]).toMatchObject({ [last.eventId]: {} });
  expect(await timelineOf(a, alice, room)).toEqual(["last"]);
  expect(await findings()).toEqual([]);
});

it("the state of a room that was handed over may come once more as events, which are shown once and can be redacted", async () => {
  room = "!handed:peer.example";
  const built = handRoom(peer, alice.userId, { room, members: [eve], topic: "secret" });
  const state = built.map(({ pdu }) => pdu);
  const [create, hers, , topic] = built;
  if (!create || !hers || !topic) throw new Error("four were built");
  expect((await a.requestAs(alice, "POST", `/join/${encodeURIComponent(room)}?via=peer.example`, {})).status).toBe(200);
  const topicOf = async (): Promise<unknown> => (await a.requestAs(alice, "GET", `/rooms/${room}/state/m.room.topic/`)).body;
  expect(await topicOf()).toEqual({ topic: "secret" });

  for (const _ of [1, 2])
    expect((await peer.send(a, state)).body["pdus"]).toEqual(Object.fromEntries(built.map(({ eventId }) => [eventId, {}])));
  expect(await topicOf()).toEqual({ topic: "secret" });
  const shown = (await allEvents()).map(({ event_id: id }) => id);
  for (const { eventId } of built) expect(shown.filter((id) => id === eventId)).toHaveLength(1);
  // Nothing new follows what others follow already.
  await a.requestAs(alice, "PUT", `/rooms/${room}/send/m.room.message/1`, { msgtype: "m.text", body: "mine" });
  const mine = (await allEvents()).at(-1)?.event_id ?? "";
  const { body } = await peer.request(a, "GET", `/_matrix/federation/v1/event/${mine}`);
  const joinId = shown.find((id) => !built.some(({ eventId }) => eventId === id));
  expect(JSON.stringify(body["pdus"])).toContain(JSON.stringify({ prev_events: [joinId] }).slice(1, -1));

  const redaction = event(
    { type: "m.room.redaction", content: { redacts: topic.eventId } },
    { prevEvents: [mine], authEvents: [create.eventId, hers.eventId], depth: 10 },
  );
  expect((await peer.send(a, [redaction.pdu])).body["pdus"]).toEqual({ [redaction.eventId]: {} });
  expect(await topicOf()).toEqual({});
  // Also in the state in which earlier events were sent, which names it by another number.
  const context = await a.requestAs(alice, "GET", `/rooms/${room}/context/${joinId}?limit=0`);
  expect(JSON.stringify(context.body)).not.toContain("secret");
  expect(await findings()).toEqual([]);
});
