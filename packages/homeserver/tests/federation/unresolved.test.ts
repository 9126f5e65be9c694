// Events over which the thread that resolves states ends.
import { Worker } from "node:worker_threads";
import type { BuiltPdu } from "@patrix/signatures";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { eve, rules, type ServerAndPeer, serverAndPeer } from "./federated.ts";

/** So many on either side that they are no small conflict. */
const USERS = 205;
const PER_TRANSACTION = 50;

let served: ServerAndPeer;
let topic: BuiltPdu;
/** How often the thread ends before it gets the first of the events that it asks for. */
let ends = 0;
let ended = 0;
const { postMessage } = Worker.prototype;

beforeEach(async () => {
  [ends, ended] = [0, 0];
  vi.spyOn(Worker.prototype, "postMessage").mockImplementation(function (this: Worker, ...args: Parameters<typeof postMessage>) {
    if ((args[0] as { readonly kind?: unknown }).kind !== "events" || ended >= ends) return postMessage.apply(this, args);
    ended++;
    void this.terminate();
  });
  served = await serverAndPeer();
  topic = await divide(served);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await served.a[Symbol.asyncDispose]();
});

/** Has the same users come on two sides of the room, of which the homeserver knows one. @returns What the other side sends next. */
async function divide({ a, alice, peer, room, joined }: ServerAndPeer): Promise<BuiltPdu> {
  const users = { [alice.userId]: 100, [eve]: 50 };
  expect((await a.requestAs(alice, "PUT", `/rooms/${room}/state/m.room.power_levels/`, { users })).status).toBe(200);
  const begin = (await a.requestAs<readonly { type: string; state_key: string; event_id: string }[]>(alice, "GET", `/rooms/${room}/state`))
    .body;
  const idOf = (type: string, key = ""): string =>
    begin.find((event) => event.type === type && event.state_key === key)?.event_id ?? expect.unreachable(type);
  const levels = idOf("m.room.power_levels");
  const auth = [idOf("m.room.create"), levels, idOf("m.room.join_rules")];
  const play = (side: string): BuiltPdu[] => {
    const sent: BuiltPdu[] = [];
    for (let i = 0; i < USERS; i++) {
      const userId = `@user${i}:peer.example`;
      const draft = { type: "m.room.member", sender: userId, state_key: userId, room_id: room, origin_server_ts: Date.now() };
      const prevEvents = [sent.at(-1)?.eventId ?? levels];
      sent.push(
        peer.build(
          { ...draft, content: { membership: "join", displayname: side } },
          { prevEvents, authEvents: auth, depth: 20 + sent.length },
          rules,
        ),
      );
    }
    return sent;
  };
  const ours = play("ours").map(({ pdu }) => pdu);
  for (let from = 0; from < USERS; from += PER_TRANSACTION) await peer.send(a, ours.slice(from, from + PER_TRANSACTION));
  const theirs = play("theirs");
  const says = (after: BuiltPdu | undefined, type: string, more: object): BuiltPdu =>
    peer.build(
      { type, sender: eve, room_id: room, origin_server_ts: Date.now(), content: {}, ...more },
      { prevEvents: [after?.eventId ?? ""], authEvents: [...auth.slice(0, 2), joined.join.eventId], depth: 400 },
      rules,
    );
  const first = says(theirs.at(-1), "m.room.message", { content: { body: "x" } });
  const stateIds = [...begin.map(({ event_id: eventId }) => eventId), ...theirs.map(({ eventId }) => eventId)];
  peer.answers.set("/get_missing_events/", () => ({ status: 200, body: { events: [first.pdu] } }));
  peer.answers.set("/state_ids/", () => ({ status: 200, body: { pdu_ids: stateIds, auth_chain_ids: [] } }));
  const pdus = theirs.map(({ pdu }) => pdu);
  peer.answers.set("/state/", () => ({ status: 200, body: { pdus, auth_chain: joined.state } }));
  return says(first, "m.room.topic", { state_key: "", content: { topic: "theirs" } });
}

const send = (): ReturnType<ServerAndPeer["peer"]["send"]> => served.peer.send(served.a, [topic.pdu]);

it("come again, as a transaction that could not be stored, and are taken once the thread lives", async () => {
  ends = 2;
  expect([(await send()).status, (await send()).status]).toEqual([429, 429]);
  expect((await send()).body["pdus"]).toEqual({ [topic.eventId]: {} });
  const { a, alice, room } = served;
  expect((await a.requestAs(alice, "GET", `/rooms/${room}/state/m.room.topic/`)).body).toEqual({ topic: "theirs" });
});

it("are refused when that has happened three times: what else their server sends would wait for them", async () => {
  ends = Number.POSITIVE_INFINITY;
  expect([(await send()).status, (await send()).status]).toEqual([429, 429]);
  const { status, body } = await send();
  expect([status, body["pdus"]]).toEqual([200, { [topic.eventId]: { error: "the thread that resolves states has ended" } }]);
  expect(ended).toBe(3);
});
