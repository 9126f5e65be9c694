// Who is there, what they type and what they have read, from server to server.
import { defaultRoomVersionRules, getRoomVersionRules } from "@patrix/room-versions";
import { afterAll, expect, it, vi } from "vitest";
import { Sender } from "../../src/federation/destinations/sender.ts";
import { type AnyBody, type TestHomeserver, TestPeer, type TestUser } from "../../src/testing/index.ts";
import { handRoom, twoServers, until } from "./federated.ts";

const servers = await twoServers();
const { network, a, b, alice, bob } = servers;
afterAll(() => servers[Symbol.asyncDispose]());

const room = await a.createRoom(alice, { room_version: "11" });
await b.requestAs(bob, "POST", `/join/${encodeURIComponent(room)}?via=a.example`, {});

/** Syncs until an answer says something. */
async function syncUntil(server: TestHomeserver, user: TestUser, isSo: (body: AnyBody) => boolean): Promise<void> {
  let since = "";
  await until(async () => {
    const { body } = await server.requestAs(user, "GET", `/sync?timeout=300&set_presence=offline${since}`);
    since = `&since=${body["next_batch"]}`;
    return isSo(body);
  });
}

const presenceOf = (body: AnyBody, userId: string): { presence?: string; status_msg?: string } | undefined =>
  ((body["presence"]?.["events"] ?? []) as unknown as { sender: string; content: object }[]).findLast(({ sender }) => sender === userId)
    ?.content;
const ephemeral = (body: AnyBody): string => JSON.stringify(body["rooms"]?.["join"]?.[room]?.["ephemeral"] ?? {});

it("tells the servers of a user's rooms whether the user is there, and asks nobody else", async () => {
  const say = (presence: string, status_msg?: string): Promise<unknown> =>
    a.requestAs(alice, "PUT", `/presence/${alice.userId}/status`, { presence, status_msg });
  await say("online", "at work");
  await syncUntil(b, bob, (body) => presenceOf(body, alice.userId)?.status_msg === "at work");
  expect((await b.requestAs(bob, "GET", `/presence/${alice.userId}/status`)).body).toMatchObject({
    presence: "online",
    status_msg: "at work",
  });
  await say("unavailable");
  await syncUntil(b, bob, (body) => presenceOf(body, alice.userId)?.presence === "unavailable");
});

it("tells the servers of a room that is taken over once that a user is there, however many members it has", async () => {
  const peer = new TestPeer("many.example", network);
  const members = Array.from({ length: 40 }, (_, i) => `@user${i}:many.example`);
  const handed = "!handed:many.example";
  handRoom(peer, alice.userId, { room: handed, members });
  await a.requestAs(alice, "PUT", `/presence/${alice.userId}/status`, { presence: "online" });
  const told = vi.spyOn(Sender.prototype, "sendEphemeral");
  expect((await a.requestAs(alice, "POST", `/join/${encodeURIComponent(handed)}?via=many.example`, {})).status).toBe(200);
  await until(async () => peer.requests.some(({ body }) => body?.includes("m.presence") === true));
  await a.requestAs(alice, "PUT", `/rooms/${handed}/typing/${alice.userId}`, { typing: true, timeout: 20_000 });
  await until(async () => peer.requests.some(({ body }) => body?.includes("m.typing") === true));
  const presences = told.mock.calls.filter(([, key]) => key.startsWith("presence "));
  told.mockRestore();
  // Once to those who were there, and once since Alice has come.
  expect(presences.length).toBeLessThanOrEqual(2);
});

it("takes who is there from the user's own server alone, and of users who share a room", async () => {
  const rules = getRoomVersionRules("11") ?? defaultRoomVersionRules;
  const peer = new TestPeer("peer.example", network);
  peer.answers.set("/send/", () => ({ status: 200, body: { pdus: {} } }));
  const [eve, stranger] = ["@eve:peer.example", "@stranger:peer.example"];
  await peer.join(a, room, eve, rules, "11");
  const push = (user_id: unknown, presence: unknown = "online"): object => ({
    user_id,
    presence,
    last_active_ago: 1,
    status_msg: "from peer",
  });
  const edu = {
    edu_type: "m.presence",
    content: { push: [push(7), push(alice.userId), push(bob.userId), push(stranger), push(eve, "dancing"), push(eve), "x"] },
  };
  expect(await peer.send(a, [], [edu, { edu_type: "m.presence", content: { push: "x" } }])).toMatchObject({ status: 200 });
  await syncUntil(a, alice, (body) => presenceOf(body, eve)?.status_msg === "from peer");
  for (const userId of [alice.userId, bob.userId])
    expect(JSON.stringify((await a.requestAs(alice, "GET", `/presence/${userId}/status`)).body)).not.toContain("from peer");
  expect((await a.requestAs(alice, "GET", `/presence/${stranger}/status`)).status).toBe(403);
  // Nor does it say who of another server types.
  const types = (user_id: string): object => ({ edu_type: "m.typing", content: { room_id: room, user_id, typing: true } });
  await peer.send(a, [], [types(bob.userId), types(alice.userId), types(stranger), types(eve)]);
  await syncUntil(a, alice, (body) => ephemeral(body).includes(`"user_ids":["${eve}"]`));
});

it("tells who types, and receipts with their threads", async () => {
  await a.requestAs(alice, "PUT", `/rooms/${room}/typing/${alice.userId}`, { typing: true, timeout: 20_000 });
  await syncUntil(b, bob, (body) => ephemeral(body).includes(`"user_ids":["${alice.userId}"]`));
  await a.requestAs(alice, "PUT", `/rooms/${room}/typing/${alice.userId}`, { typing: false });
  await syncUntil(b, bob, (body) => ephemeral(body).includes(`"user_ids":[]`));
  const sent = await a.requestAs(alice, "PUT", `/rooms/${room}/send/m.room.message/r1`, { msgtype: "m.text", body: "root" });
  const root = String(sent.body["event_id"]);
  await syncUntil(b, bob, (body) => JSON.stringify(body).includes(root));
  for (const thread of ["main", undefined]) {
    expect(
      await b.requestAs(bob, "POST", `/rooms/${room}/receipt/m.read/${encodeURIComponent(root)}`, { thread_id: thread }),
    ).toMatchObject({ status: 200 });
    await syncUntil(a, alice, (body) => {
      const text = ephemeral(body);
      return text.includes(bob.userId) && text.includes(root) && (thread === undefined || text.includes(`"thread_id":"main"`));
    });
  }
  // Of an event of which nothing was told yet: whoever told of it under another type would name it.
  const next = await a.requestAs(alice, "PUT", `/rooms/${room}/send/m.room.message/r2`, { msgtype: "m.text", body: "next" });
  const unseen = String(next.body["event_id"]);
  await syncUntil(b, bob, (body) => JSON.stringify(body).includes(unseen));
  expect(await b.requestAs(bob, "POST", `/rooms/${room}/receipt/m.read.private/${encodeURIComponent(unseen)}`, {})).toMatchObject({
    status: 200,
  });
  // What is told after it has come, so that it would have come as well.
  await b.requestAs(bob, "PUT", `/rooms/${room}/typing/${bob.userId}`, { typing: true, timeout: 20_000 });
  await syncUntil(a, alice, (body) => /"user_ids":\[[^\]]*@bob:/.test(ephemeral(body)));
  expect(network.requests.some(({ body }) => body?.includes("m.read.private") === true)).toBe(false);
  expect(network.requests.filter(({ from, body }) => from === "b.example" && body?.includes(unseen) === true)).toEqual([]);
});
