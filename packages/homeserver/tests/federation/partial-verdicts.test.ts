// What was judged while members were missing is judged again when they have come: a server that the test plays hands a room over.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BuiltPdu, JsonObject } from "@patrix/signatures";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TestHomeserver, testHomeserver, TestNetwork, TestPeer, type TestUser } from "../../src/testing/index.ts";
import { findingsIn, until, version } from "./federated.ts";
import { charlie, PlayedRoom, room } from "./played-room.ts";

const derek = "@derek:peer.example";
const elsie = "@elsie:peer.example";

let dataDir: string;
let network: TestNetwork;
let b: TestHomeserver;
let bob: TestUser;
let played: PlayedRoom;
let founder: BuiltPdu;
let come: () => void;

beforeEach(async () => {
  network = new TestNetwork();
  dataDir = await mkdtemp(join(tmpdir(), "patrix-verdicts-"));
  b = await testHomeserver({ serverName: "b.example", network, dataDir });
  bob = await b.register("bob");
  played = new PlayedRoom(new TestPeer("peer.example", network));
  const create = played.set(charlie, "m.room.create", "", { room_version: version }, []);
  founder = played.member(charlie, "join", [create]);
  const levels = played.set(charlie, "m.room.power_levels", "", { users: { [charlie]: 100, [derek]: 100, [elsie]: 50 } }, [
    create,
    founder,
  ]);
  played.set(charlie, "m.room.join_rules", "", { join_rule: "public" }, [create, levels, founder]);
});
afterEach(async () => {
  come();
  await b.stop();
  // What was judged again is stored as what is judged once.
  expect(await findingsIn("b.example", dataDir)).toEqual([]);
  await rm(dataDir, { recursive: true });
});

const byRules = (): BuiltPdu[] => [...played.authOf(), played.of("m.room.join_rules")];

async function joinRoom(): Promise<void> {
  come = played.handOver();
  expect((await b.requestAs(bob, "POST", `/join/${encodeURIComponent(room)}?via=peer.example`, {})).status).toBe(200);
}

const statusOf = async ({ eventId }: BuiltPdu): Promise<number> =>
  (await b.requestAs(bob, "GET", `/rooms/${room}/event/${eventId}`)).status;

async function whole(): Promise<void> {
  come();
  expect((await b.requestAs(bob, "GET", `/rooms/${room}/members`)).status).toBe(200);
}

const lazily = encodeURIComponent(JSON.stringify({ room: { state: { lazy_load_members: true }, timeline: { lazy_load_members: true } } }));

interface Shown {
  readonly state: { readonly events: readonly { readonly type: string; readonly content: JsonObject }[] };
  readonly timeline: { readonly events: readonly { readonly event_id: string }[] };
}

async function syncedRoom(since?: string): Promise<{ readonly shown: Shown | undefined; readonly next: string }> {
  const path = `/sync?filter=${lazily}${since === undefined ? "" : `&since=${since}`}`;
  const { body } = await b.requestAs<{ readonly next_batch: string; readonly rooms?: { readonly join?: Readonly<Record<string, Shown>> } }>(
    bob,
    "GET",
    path,
  );
  return { shown: body.rooms?.join?.[room], next: body.next_batch };
}

describe("events that came while members were missing", () => {
  it("stay where the members say nothing else, in the states that they would have had", async () => {
    const joined = played.member(derek, "join", byRules());
    await joinRoom();
    const topic = played.set(derek, "m.room.topic", "", { topic: "new" }, played.authOf(joined));
    const message = played.build(charlie, "m.room.message", { content: { msgtype: "m.text", body: "hi" }, auth: played.authOf(founder) });
    expect((await played.peer.send(b, [topic.pdu, message.pdu])).status).toBe(200);
    expect([await statusOf(topic), await statusOf(message)]).toEqual([200, 200]);
    const { next } = await syncedRoom();
    await whole();
    expect([await statusOf(topic), await statusOf(message)]).toEqual([200, 200]);
    // Nothing of what a client knows has changed.
    expect((await syncedRoom(next)).shown).toBeUndefined();
    const joinId =
      network.requests
        .findLast(({ target }) => target.includes("/send_join/"))
        ?.target.split("?")[0]
        ?.split("/")
        .at(-1) ?? "";
    const { body } = await played.peer.request<{ readonly pdu_ids: readonly string[] }>(
      b,
      "GET",
      `/_matrix/federation/v1/state_ids/${encodeURIComponent(room)}?event_id=${message.eventId}`,
    );
    const expected = [...played.state.values()].map(({ eventId }) => eventId);
    expect(body.pdu_ids.toSorted()).toEqual([...expected, decodeURIComponent(joinId)].toSorted());
  });

  it("are given up where their senders were not members, with what they have set", async () => {
    const joined = played.member(derek, "join", byRules());
    played.set(charlie, "m.room.topic", "", { topic: "right" }, played.authOf(founder));
    played.member(derek, "leave", played.authOf(joined));
    await joinRoom();
    // The sender says that he is a member by an event that does not hold any more.
    const wrong = played.build(derek, "m.room.topic", { key: "", content: { topic: "wrong" }, auth: played.authOf(joined) });
    const reply = played.build(charlie, "m.room.message", { content: { msgtype: "m.text", body: "what?" }, auth: played.authOf(founder) });
    expect((await played.peer.send(b, [wrong.pdu, reply.pdu])).status).toBe(200);
    const topicOf = async (): Promise<unknown> => (await b.requestAs(bob, "GET", `/rooms/${room}/state/m.room.topic/`)).body["topic"];
    expect([await statusOf(wrong), await statusOf(reply), await topicOf()]).toEqual([200, 200, "wrong"]);
    const { next } = await syncedRoom();
    await whole();
    expect([await statusOf(wrong), await statusOf(reply), await topicOf()]).toEqual([404, 200, "right"]);
    // The client, which has it wrong, gets the room anew.
    const { shown } = await syncedRoom(next);
    expect(shown?.state.events.find(({ type }) => type === "m.room.topic")?.content).toEqual({ topic: "right" });
    expect(shown?.timeline.events.map(({ event_id: id }) => id)).not.toContain(wrong.eventId);
    const members = await b.requestAs(bob, "GET", `/rooms/${room}/joined_members`);
    expect(Object.keys(members.body["joined"] ?? {}).toSorted()).toEqual([bob.userId, charlie].toSorted());
  });

  it("come back where they were refused for something that is not so", async () => {
    const joined = played.member(derek, "join", byRules());
    played.member(derek, "leave", played.authOf(joined));
    const other = played.member(elsie, "join", byRules());
    await joinRoom();
    const kick = played.build(derek, "m.room.member", { key: elsie, content: { membership: "leave" }, auth: played.authOf(joined, other) });
    const named = played.build(elsie, "m.room.name", { key: "", content: { name: "ours" }, auth: played.authOf(other) });
    const { body } = await played.peer.send(b, [kick.pdu, named.pdu]);
    // What may be judged otherwise later is no error.
    expect(body["pdus"]).toEqual({ [kick.eventId]: {}, [named.eventId]: {} });
    expect([await statusOf(kick), await statusOf(named)]).toEqual([200, 404]);
    await whole();
    expect([await statusOf(kick), await statusOf(named)]).toEqual([404, 200]);
    expect((await b.requestAs(bob, "GET", `/rooms/${room}/state/m.room.name/`)).body).toEqual({ name: "ours" });
    // What follows is judged as if it had been so all the time.
    const after = played.build(elsie, "m.room.message", { content: { msgtype: "m.text", body: "still here" }, auth: played.authOf(other) });
    await played.peer.send(b, [after.pdu]);
    expect(await statusOf(after)).toBe(200);
  });

  it("take their redactions and reactions along, and give them back", async () => {
    const joined = played.member(derek, "join", byRules());
    played.member(derek, "leave", played.authOf(joined));
    await joinRoom();
    const message = played.build(charlie, "m.room.message", {
      content: { msgtype: "m.text", body: "stays" },
      auth: played.authOf(founder),
    });
    const redaction = played.build(derek, "m.room.redaction", { content: { redacts: message.eventId }, auth: played.authOf(joined) });
    const relates = { "m.relates_to": { rel_type: "m.thread", event_id: message.eventId } };
    const answer = played.build(derek, "m.room.message", {
      content: { msgtype: "m.text", body: "gone", ...relates },
      auth: played.authOf(joined),
    });
    await played.peer.send(b, [message.pdu, redaction.pdu, answer.pdu]);
    const shown = async (): Promise<JsonObject> =>
      (await b.requestAs<{ content: JsonObject }>(bob, "GET", `/rooms/${room}/event/${message.eventId}`)).body.content;
    expect(await shown()).toEqual({});
    await whole();
    expect(await shown()).toEqual({ msgtype: "m.text", body: "stays" });
    expect([await statusOf(redaction), await statusOf(answer)]).toEqual([404, 404]);
    const threads = await b.request("GET", `/_matrix/client/v1/rooms/${room}/threads`, undefined, bob.accessToken);
    expect(threads.body["chunk"]).toEqual([]);
  });

  it("are not asked of this server as long as it does not know in which state they were sent", async () => {
    played.member(derek, "join", byRules());
    await joinRoom();
    const message = played.build(charlie, "m.room.message", { content: { msgtype: "m.text", body: "hi" }, auth: played.authOf(founder) });
    await played.peer.send(b, [message.pdu]);
    const state = `/_matrix/federation/v1/state_ids/${encodeURIComponent(room)}?event_id=${message.eventId}`;
    expect((await played.peer.request(b, "GET", state)).status).toBe(403);
    expect((await played.peer.request(b, "GET", `/_matrix/federation/v1/event/${message.eventId}`)).status).toBe(200);
    await whole();
    await until(async () => (await played.peer.request(b, "GET", state)).status === 200);
  });
});
