// Rooms whose events a policy server is asked about.
import { generateSigningKey, type JsonObject, signEvent } from "@patrix/signatures";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type JoinedRoom, type TestHomeserver, type TestNetwork, TestPeer, type TestUser } from "../../src/testing/index.ts";
import { eve, rules, serverAndPeer, timelineOf, version } from "./federated.ts";

let network: TestNetwork;
let a: TestHomeserver;
let alice: TestUser;
let peer: TestPeer;
let room: string;
let joined: JoinedRoom;
/** The server that decides, and the key that it signs with. */
let policy: TestPeer;
const policyKey = generateSigningKey("ed25519:policy_server");
/** The texts that it was asked about. */
let asked: string[];

beforeEach(async () => {
  ({ network, a, alice, peer, room, joined } = await serverAndPeer());
  policy = new TestPeer("policy.example", network);
  asked = [];
  for (const server of [peer, policy]) server.answers.set("/send/", () => ({ status: 200, body: { pdus: {} } }));
  policy.answers.set("/policy/v1/sign", ({ body }) => {
    const event = JSON.parse(body ?? "{}") as JsonObject & { content: { body?: string } };
    asked.push(event.content.body ?? String(event["type"]));
    if (event.content.body?.includes("spam") === true)
      return { status: 400, body: { errcode: "M_FORBIDDEN", error: "it looks like spam" } };
    const { signatures } = bySigned(event);
    return { status: 200, body: { "policy.example": signatures["policy.example"] } };
  });
  await policy.join(a, room, "@bot:policy.example", rules, version);
  const content = { via: "policy.example", public_keys: { ed25519: policyKey.publicKey } };
  expect((await a.requestAs(alice, "PUT", `/rooms/${room}/state/m.room.policy/`, content)).status).toBe(200);
  expect(asked).toEqual([]);
});
afterEach(() => a[Symbol.asyncDispose]());

type Signed = JsonObject & { readonly signatures: Record<string, Record<string, string>> };
const bySigned = (event: JsonObject): Signed => signEvent(event, "policy.example", policyKey, rules) as Signed;
const say = (body: string, txn = body): Promise<{ status: number; body: Record<string, never> }> =>
  a.requestAs(alice, "PUT", `/rooms/${room}/send/m.room.message/${encodeURIComponent(txn)}`, { msgtype: "m.text", body });
const said = (body: string): ReturnType<TestPeer["build"]> =>
  peer.build(
    { type: "m.room.message", sender: eve, room_id: room, origin_server_ts: Date.now(), content: { msgtype: "m.text", body } },
    { prevEvents: [joined.join.eventId], authEvents: [...joined.authEvents], depth: 20 },
    rules,
  );
/** An event as another server gets it. */
async function pduOf(eventId: string): Promise<Signed> {
  const { body } = await peer.request(a, "GET", `/_matrix/federation/v1/event/${eventId}`);
  return (body["pdus"] as unknown as Signed[])[0] as Signed;
}

it("an event of a user is sent when the policy server has signed it, once however often the client asks", async () => {
  const first = await say("hello");
  const again = await say("hello");
  expect([first.status, again.body]).toEqual([200, first.body]);
  expect([asked, await timelineOf(a, alice, room)]).toEqual([["hello"], ["hello"]]);
  const pdu = await pduOf(String(first.body["event_id"]));
  expect(Object.keys(pdu.signatures).toSorted()).toEqual(["a.example", "policy.example"]);
  const { body } = await a.requestAs(alice, "GET", "/sync");
  expect(JSON.stringify(body)).toContain('"transaction_id":"hello"');
});

it("an event of a user that it does not sign is refused with its words, and nobody gets it", async () => {
  expect(await say("spam")).toMatchObject({
    status: 400,
    body: { errcode: "M_FORBIDDEN", error: expect.stringContaining("it looks like spam") },
  });
  expect(await timelineOf(a, alice, room)).toEqual([]);
  expect(JSON.stringify(peer.requests.map(({ body }) => body))).not.toContain("spam");
});

it("many users who send at once are all asked about, and nothing is lost", async () => {
  const texts = Array.from({ length: 8 }, (_, i) => `m${i}`);
  const answers = await Promise.all(texts.map((text) => say(text)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect((await timelineOf(a, alice, room)).toSorted()).toEqual(texts);
  expect(asked.toSorted()).toEqual(texts);
});

it("an event of another server is shown if the policy server signs it, or has; otherwise it is kept and shown to nobody", async () => {
  const [good, spam, signed] = [said("good"), said("spam"), said("signed spam")];
  const results = (await peer.send(a, [good.pdu, spam.pdu, bySigned(signed.pdu)])).body["pdus"];
  expect(results).toEqual({ [good.eventId]: {}, [spam.eventId]: {}, [signed.eventId]: {} });
  expect((await timelineOf(a, alice, room)).toSorted()).toEqual(["good", "signed spam"]);
  expect(asked.toSorted()).toEqual(["good", "spam"]);
  // Whoever gets it from here needs not ask.
  expect((await pduOf(good.eventId)).signatures["policy.example"]).toBeDefined();
  expect((await a.requestAs(alice, "GET", `/rooms/${room}/event/${spam.eventId}`)).status).toBe(404);
});

it("while the policy server cannot be reached nothing is sent or shown but what it has signed, and the policy can be taken back", async () => {
  network.fault = ({ target }) => (target.includes("/policy/") ? "lost" : undefined);
  expect((await say("unasked")).status).toBe(502);
  await peer.send(a, [said("unasked too").pdu, bySigned(said("signed").pdu)]);
  expect(await timelineOf(a, alice, room)).toEqual(["signed"]);
  expect((await a.requestAs(alice, "PUT", `/rooms/${room}/state/m.room.policy/`, {})).status).toBe(200);
  expect((await say("free")).status).toBe(200);
  expect(await timelineOf(a, alice, room)).toEqual(["signed", "free"]);
});

it("an invite of another server's user is signed before that server gets it", async () => {
  const invites: JsonObject[] = [];
  peer.answers.set("/v2/invite/", ({ body }) => {
    const { event } = JSON.parse(body ?? "{}") as { event: JsonObject };
    invites.push(event);
    return { status: 200, body: { event: signEvent(event, peer.name, peer.key, rules) } };
  });
  expect((await a.requestAs(alice, "POST", `/rooms/${room}/invite`, { user_id: "@new:peer.example" })).status).toBe(200);
  expect(Object.keys((invites[0] as Signed).signatures).toSorted()).toEqual(["a.example", "policy.example"]);
});

it("a policy server without a user in the room decides nothing", async () => {
  await a.requestAs(alice, "POST", `/rooms/${room}/kick`, { user_id: "@bot:policy.example" });
  asked = [];
  expect((await say("spam")).status).toBe(200);
  await peer.send(a, [said("more spam").pdu]);
  expect([asked, await timelineOf(a, alice, room)]).toEqual([[], ["spam", "more spam"]]);
});
