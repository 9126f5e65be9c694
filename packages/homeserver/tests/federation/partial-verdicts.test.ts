// What was judged while members were missing is judged again when they have come: a server that the test plays hands a room over.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BuiltPdu, JsonObject } from "@patrix/signatures";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TestHomeserver, testHomeserver, TestNetwork, TestPeer, type TestUser } from "../../src/testing/index.ts";
import { findingsIn, rules, say, until, version } from "./federated.ts";
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
  readonly timeline: { readonly events: readonly { readonly event_id: string }[]; readonly limited: boolean };
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

/** The messages that a server was sent. */
const sentTo = ({ requests }: TestPeer): string[] =>
  requests
    .filter(({ target }) => target.includes("/send/"))
    .flatMap(({ body }) => (JSON.parse(body ?? "{}") as { pdus: readonly { content: { body?: string } }[] }).pdus)
    .flatMap(({ content }) => content.body ?? []);

it("a server that turns out to be in the room gets what was said before that was known, also after a restart", async () => {
  const hidden = new TestPeer("hidden.example", network);
  const hugo = "@hugo:hidden.example";
  hidden.answers.set("/send/", () => ({ status: 200, body: { pdus: {} } }));
  // It has everything of another room, the newest included.
  const other = await b.createRoom(bob, { preset: "public_chat", room_version: version });
  await hidden.join(b, other, hugo, rules, version);
  played.member(hugo, "join", byRules(), hidden);
  await joinRoom();
  expect((await say(b, bob, room, "early")).status).toBe(200);
  expect((await say(b, bob, other, "elsewhere")).status).toBe(200);
  await expect.poll(() => sentTo(hidden)).toEqual(["elsewhere"]);
  // One message is on its way to it when the members come, and arrives; nothing else does.
  let arrive = (): void => {};
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  let onTheWay = 0;
  network.fault = async ({ to, target }) => {
    if (to !== hidden.name || !target.includes("/send/")) return undefined;
    if (++onTheWay > 1) return "lost";
    await arrived;
    return undefined;
  };
  expect((await say(b, bob, other, "on its way")).status).toBe(200);
  await expect.poll(() => onTheWay).toBe(1);
  await whole();
  arrive();
  await expect.poll(() => onTheWay).toBeGreaterThan(1);
  expect(sentTo(hidden)).toEqual(["elsewhere", "on its way"]);
  await b.stop();
  network.fault = undefined;
  b = await testHomeserver({ serverName: "b.example", network, dataDir });
  await expect.poll(() => sentTo(hidden)).toContain("early");
});

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
    // Nothing of what a client knows has changed, but for how many they are.
    const { shown } = await syncedRoom(next);
    expect([shown?.state.events, shown?.timeline.events, shown?.timeline.limited]).toEqual([[], [], false]);
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

  it("redact what they name when they come back, and are redacted where a redaction is there", async () => {
    const joined = played.member(derek, "join", byRules());
    played.member(derek, "leave", played.authOf(joined));
    const other = played.member(elsie, "join", byRules());
    await joinRoom();
    const reacts = { "m.relates_to": { rel_type: "m.annotation", event_id: played.of("m.room.create").eventId, key: "x" } };
    const message = played.build(charlie, "m.room.message", { content: { msgtype: "m.text", body: "bad" }, auth: played.authOf(founder) });
    const reaction = played.build(charlie, "m.reaction", { content: reacts, auth: played.authOf(founder) });
    const kick = played.build(derek, "m.room.member", { key: elsie, content: { membership: "leave" }, auth: played.authOf(joined, other) });
    const redacts = (eventId: string): BuiltPdu =>
      played.build(elsie, "m.room.redaction", { content: { redacts: eventId }, auth: played.authOf(other) });
    const [first, second] = [redacts(message.eventId), redacts(reaction.eventId)];
    const own = played.build(elsie, "m.room.message", { content: { msgtype: "m.text", body: "mine" }, auth: played.authOf(other) });
    const taken = played.build(charlie, "m.room.redaction", { content: { redacts: own.eventId }, auth: played.authOf(founder) });
    // Another one comes before what it redacts.
    const last = played.build(elsie, "m.room.message", { content: { msgtype: "m.text", body: "too" }, auth: played.authOf(other) });
    const before = played.build(charlie, "m.room.redaction", {
      content: { redacts: last.eventId },
      auth: played.authOf(founder),
      after: taken,
    });
    await played.peer.send(
      b,
      [message, reaction, kick, first, second, own, taken, before, last].map(({ pdu }) => pdu),
    );
    const contentOf = async ({ eventId }: BuiltPdu): Promise<JsonObject> =>
      (await b.requestAs<{ content: JsonObject }>(bob, "GET", `/rooms/${room}/event/${eventId}`)).body.content;
    const counted = async (): Promise<readonly object[]> => {
      const target = played.of("m.room.create").eventId;
      const path = `/_matrix/client/v1/rooms/${room}/relations/${encodeURIComponent(target)}`;
      return (await b.request<{ chunk: readonly object[] }>("GET", path, undefined, bob.accessToken)).body.chunk;
    };
    expect([await contentOf(message), await statusOf(first), await statusOf(own)]).toEqual([{ msgtype: "m.text", body: "bad" }, 404, 404]);
    expect(await counted()).toHaveLength(1);
    await whole();
    expect([await statusOf(kick), await statusOf(first)]).toEqual([404, 200]);
    expect([await contentOf(message), await contentOf(reaction), await contentOf(own), await contentOf(last)]).toEqual([{}, {}, {}, {}]);
    expect(await counted()).toEqual([]);
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
