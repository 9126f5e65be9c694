// What a server can do that lies about the state in which an event was sent, where what that follows is not to be had.
import { type BuiltPdu, fromFederation } from "@patrix/signatures";
import type { JsonObject } from "@patrix/api";
import { afterEach, beforeEach, expect, it } from "vitest";
import { eve, rules, type ServerAndPeer, serverAndPeer, version } from "./federated.ts";

let served: ServerAndPeer;
/** The state of the room after its first changes, as IDs by type and key. */
let state: Map<string, string>;
const nowhere = "$bm90IHRvIGJlIGhhZCBhbnl3aGVyZSBhdCBhbGwgMTI";

beforeEach(async () => {
  served = await serverAndPeer();
  const { joined } = served;
  state = new Map(joined.state.map((pdu) => [keyOf(pdu), fromFederation(pdu, rules).eventId]));
  state.set(`m.room.member ${eve}`, joined.join.eventId);
});
afterEach(() => served.a[Symbol.asyncDispose]());

const keyOf = ({ type, state_key: key }: JsonObject): string => `${String(type)} ${String(key)}`;

/** Alice sets a piece of state. @returns The ID of the event. */
async function set(type: string, content: object, room = served.room): Promise<string> {
  const { a, alice } = served;
  const { status, body } = await a.requestAs(alice, "PUT", `/rooms/${room}/state/${type}/`, content);
  expect(status).toBe(200);
  return String(body["event_id"]);
}

const contentOf = async (type: string): Promise<JsonObject> => {
  const { a, alice, room } = served;
  return (await a.requestAs<JsonObject>(alice, "GET", `/rooms/${room}/state/${type}/`)).body;
};

/** The newest event of the room. */
async function newest(): Promise<string> {
  const { a, alice, room } = served;
  const { body } = await a.requestAs<{ readonly chunk: readonly { readonly event_id: string }[] }>(
    alice,
    "GET",
    `/rooms/${room}/messages?dir=b&limit=1`,
  );
  return body.chunk[0]?.event_id ?? "";
}

/** What Eve sends. */
function built(type: string, prevEvents: string[], more: { readonly state_key?: string; readonly content: JsonObject }): BuiltPdu {
  const { peer, room, joined } = served;
  const draft = { type, sender: eve, room_id: room, origin_server_ts: Date.now(), ...more };
  return peer.build(draft, { prevEvents, authEvents: [...joined.authEvents], depth: 40 }, rules);
}

/** Has Eve's server send something that follows an event of which it tells the state before it. */
async function lie(follows: string[], told: Iterable<string>): Promise<void> {
  const { a, peer } = served;
  const ids = [...told];
  const first = built("m.room.message", follows, { content: { msgtype: "m.text", body: "first" } });
  const second = built("m.room.message", [first.eventId], { content: { msgtype: "m.text", body: "second" } });
  peer.answers.set("/get_missing_events/", () => ({ status: 200, body: { events: [first.pdu] } }));
  peer.answers.set("/state_ids/", () => ({ status: 200, body: { pdu_ids: ids, auth_chain_ids: [] } }));
  expect((await peer.send(a, [second.pdu])).body["pdus"]).toEqual({ [second.eventId]: {} });
}

const levels = (level: number): object => ({ users: { [served.alice.userId]: 100, [eve]: level } });

/** That Eve has no say in the room. */
async function expectPowerless(): Promise<void> {
  const { a, peer } = served;
  expect(await contentOf("m.room.power_levels")).toEqual(levels(0));
  const topic = built("m.room.topic", [await newest()], { state_key: "", content: { topic: "hers" } });
  await peer.send(a, [topic.pdu]);
  expect(await contentOf("m.room.topic")).toEqual({ topic: "mine" });
}

it("the state of a room is not what a server says that it was, where an event follows what is here as well", async () => {
  state.set("m.room.power_levels ", await set("m.room.power_levels", levels(50)));
  await set("m.room.power_levels", levels(0));
  await set("m.room.topic", { topic: "mine" });
  // An earlier state, in which Eve was a moderator and the room had no topic.
  await lie([await newest(), nowhere], state.values());
  expect(await contentOf("m.room.topic")).toEqual({ topic: "mine" });
  await expectPowerless();
});

it("the state of a room stays what it is, whatever the state of another branch is said to be", async () => {
  state.set("m.room.power_levels ", await set("m.room.power_levels", levels(50)));
  await set("m.room.power_levels", levels(0));
  await set("m.room.topic", { topic: "mine" });
  await lie([nowhere], state.values());
  expect(await contentOf("m.room.topic")).toEqual({ topic: "mine" });
  await expectPowerless();
});

it("events of another room are no state of this one", async () => {
  const { a, alice, peer } = served;
  await set("m.room.power_levels", levels(0));
  await set("m.room.topic", { topic: "mine" });
  const other = await a.createRoom(alice, { room_version: version });
  await peer.join(a, other, eve, rules, version);
  state.set("m.room.power_levels ", await set("m.room.power_levels", levels(100), other));
  await lie([nowhere], state.values());
  await expectPowerless();
});
