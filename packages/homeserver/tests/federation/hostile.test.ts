// What a server that means harm, or is broken, can send: refused, and nobody else is harmed.
import { signRequest } from "@patrix/federation";
import { generateSigningKey } from "@patrix/signatures";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type JoinedRoom, type TestHomeserver, type TestNetwork, TestPeer, type TestUser } from "../../src/testing/index.ts";
import { eve, rules, serverAndPeer, timelineOf, until, version } from "./federated.ts";

let network: TestNetwork;
let a: TestHomeserver;
let alice: TestUser;
let peer: TestPeer;
let room: string;
let joined: JoinedRoom;

beforeAll(async () => {
  ({ network, a, alice, peer, room, joined } = await serverAndPeer());
});
afterAll(() => a[Symbol.asyncDispose]());

/** A message of Eve's after some events, authorised as her join is. */
function message(body: string, more: { readonly prev?: readonly string[]; readonly room?: string; readonly sender?: string } = {}) {
  return peer.build(
    {
      type: "m.room.message",
      sender: more.sender ?? eve,
      room_id: more.room ?? room,
      origin_server_ts: Date.now(),
      content: { msgtype: "m.text", body },
    },
    { prevEvents: more.prev ?? [joined.join.eventId], authEvents: [...joined.authEvents], depth: 20 },
    rules,
  );
}

describe("a request", () => {
  const uri = "/_matrix/federation/v1/query/profile?user_id=@alice:a.example";
  const ask = (authorization: string | undefined): Promise<Response> =>
    fetch(a.url + uri, { headers: authorization === undefined ? {} : { authorization } });

  it("is refused without a signature, with one of another key, for another server, or in another's name", async () => {
    const good = { method: "GET", uri, origin: peer.name, destination: a.serverName };
    expect((await ask(signRequest(good, peer.key))).status).toBe(200);
    const forged = [
      undefined,
      "Bearer token",
      "X-Matrix origin=peer.example",
      signRequest(good, generateSigningKey(peer.key.keyId)),
      signRequest({ ...good, destination: "b.example" }, peer.key),
      signRequest({ ...good, origin: "nobody.example" }, peer.key),
      signRequest({ ...good, origin: a.serverName }, peer.key),
      signRequest({ ...good, uri: "/_matrix/federation/v1/query/profile?user_id=@bob:a.example" }, peer.key),
    ];
    for (const authorization of forged) expect((await ask(authorization)).status).toBe(401);
  });

  it("is refused where the body is another than was signed", async () => {
    const content = { origin: peer.name, origin_server_ts: 1, pdus: [] };
    const target = "/_matrix/federation/v1/send/forged";
    const authorization = signRequest({ method: "PUT", uri: target, origin: peer.name, destination: a.serverName, content }, peer.key);
    const put = (body: object): Promise<Response> =>
      fetch(a.url + target, { method: "PUT", headers: { authorization }, body: JSON.stringify(body) });
    expect((await put({ ...content, origin_server_ts: 2 })).status).toBe(401);
    expect((await put(content)).status).toBe(200);
  });
});

describe("a transaction", () => {
  it("has its good events taken whatever the bad ones are", async () => {
    const good = message("good");
    const forged = { ...message("forged").pdu, content: { msgtype: "m.text", body: "changed" } };
    const unsigned = { ...message("unsigned").pdu, signatures: {} };
    const stranger = message("stranger", { sender: "@mallory:peer.example" });
    const { status, body } = await peer.send(a, [
      {},
      { room_id: room },
      unsigned,
      forged,
      stranger.pdu,
      { ...good.pdu, depth: "x" },
      good.pdu,
    ]);
    expect(status).toBe(200);
    const results = body["pdus"] as unknown as Record<string, { error?: string }>;
    expect(results[good.eventId]).toEqual({});
    expect(results[stranger.eventId]?.error).toBeDefined();
    await until(async () => (await timelineOf(a, alice, room)).includes("good"));
    const said = await timelineOf(a, alice, room);
    for (const bad of ["changed", "unsigned", "stranger"]) expect(said).not.toContain(bad);
    // What is kept since others may refer to it is shown to nobody.
    expect(await a.requestAs(alice, "GET", `/rooms/${room}/event/${stranger.eventId}`)).toMatchObject({ status: 404 });
  });

  it("is the same one when it comes again, and nothing is shown twice", async () => {
    const again = message("once");
    for (const _ of [1, 2, 3]) expect((await peer.send(a, [again.pdu, again.pdu])).body["pdus"]).toEqual({ [again.eventId]: {} });
    expect((await timelineOf(a, alice, room)).filter((text) => text === "once")).toHaveLength(1);
  });

  it("of a room that the server is not in is not taken, and neither is one whose history it does not give", async () => {
    const other = await a.createRoom(alice, { room_version: version });
    const intruder = message("intruder", { room: other });
    const groundless = message("groundless", { prev: ["$nobody-has-this-event-0000000000000000000000"] });
    const { body } = await peer.send(a, [intruder.pdu, groundless.pdu]);
    const results = body["pdus"] as unknown as Record<string, { error?: string }>;
    expect([results[intruder.eventId]?.error, results[groundless.eventId]?.error]).toEqual([expect.any(String), expect.any(String)]);
    expect(await timelineOf(a, alice, other)).toEqual([]);
  });

  it("tells nothing of users of a third server", async () => {
    const typing = { edu_type: "m.typing", content: { room_id: room, user_id: alice.userId, typing: true } };
    const receipt = {
      edu_type: "m.receipt",
      content: { [room]: { "m.read": { [alice.userId]: { event_ids: [joined.join.eventId], data: { ts: 1 } } } } },
    };
    const hers = { edu_type: "m.typing", content: { room_id: room, user_id: eve, typing: true } };
    const nonsense = [
      null,
      5,
      {},
      { edu_type: "m.typing" },
      { edu_type: "m.receipt", content: [] },
      { edu_type: "m.unknown", content: {} },
    ];
    expect((await peer.send(a, [], [typing, receipt, ...nonsense.filter((edu) => edu !== null), hers])).status).toBe(200);
    const { body } = await a.requestAs(alice, "GET", "/sync");
    const ephemeral = body["rooms"]?.["join"]?.[room]?.["ephemeral"]?.["events"] as unknown as { type: string; content: object }[];
    expect(ephemeral.find(({ type }) => type === "m.typing")?.content).toEqual({ user_ids: [eve] });
    expect(JSON.stringify(ephemeral)).not.toContain("m.read");
  });
});

describe("a server of another age", () => {
  it("joins and leaves by the first version of the endpoints", async () => {
    const older = new TestPeer("older.example", network);
    const olga = "@olga:older.example";
    const inside = await older.join(a, room, olga, rules, version, { by: "v1" });
    const members = await a.requestAs(alice, "GET", `/rooms/${room}/joined_members`);
    expect(members.body["joined"]).toHaveProperty([olga]);
    const left = older.build(
      {
        type: "m.room.member",
        state_key: olga,
        sender: olga,
        room_id: room,
        origin_server_ts: Date.now(),
        content: { membership: "leave" },
      },
      { prevEvents: [inside.join.eventId], authEvents: [...inside.authEvents], depth: 30 },
      rules,
    );
    const path = `/_matrix/federation/v1/send_leave/${encodeURIComponent(room)}/${left.eventId}`;
    expect(await older.request(a, "PUT", path, left.pdu)).toMatchObject({ status: 200, body: [200, {}] });
    expect((await a.requestAs(alice, "GET", `/rooms/${room}/joined_members`)).body["joined"]).not.toHaveProperty([olga]);
  });
});

describe("a server", () => {
  it("that is denied by the room's ACL is told nothing and gets nothing in", async () => {
    const denied = new TestPeer("denied.example", network);
    const mallory = "@mallory:denied.example";
    const closed = await a.createRoom(alice, { room_version: version });
    const inside = await denied.join(a, closed, mallory, rules, version);
    await a.requestAs(alice, "PUT", `/rooms/${closed}/state/m.room.server_acl/`, { allow: ["*"], deny: ["denied.example"] });
    const paths = [
      ["GET", `/_matrix/federation/v1/state_ids/${closed}?event_id=${inside.join.eventId}`],
      ["GET", `/_matrix/federation/v1/backfill/${closed}?v=${inside.join.eventId}&limit=10`],
      ["GET", `/_matrix/federation/v1/event_auth/${closed}/${inside.join.eventId}`],
      ["GET", `/_matrix/federation/v1/make_join/${closed}/${mallory}?ver=${version}`],
      ["GET", `/_matrix/federation/v1/make_leave/${closed}/${mallory}`],
    ] as const;
    for (const [method, path] of paths) expect((await denied.request(a, method, path)).status).toBe(403);
    const said = denied.build(
      { type: "m.room.message", sender: mallory, room_id: closed, origin_server_ts: Date.now(), content: { body: "in" } },
      { prevEvents: [inside.join.eventId], authEvents: [...inside.authEvents], depth: 20 },
      rules,
    );
    const typing = { edu_type: "m.typing", content: { room_id: closed, user_id: mallory, typing: true } };
    const { body } = await denied.send(a, [said.pdu], [typing]);
    expect(body["pdus"]).toEqual({ [said.eventId]: { error: expect.stringContaining("ACL") } });
    expect(await timelineOf(a, alice, closed)).toEqual([]);
    const synced = await a.requestAs(alice, "GET", "/sync");
    expect(JSON.stringify(synced.body["rooms"]?.["join"]?.[closed]?.["ephemeral"])).not.toContain(mallory);
  });

  it("that is not in a room reads nothing of it", async () => {
    const outsider = new TestPeer("outsider.example", network);
    for (const path of [
      `/_matrix/federation/v1/state/${room}?event_id=${joined.join.eventId}`,
      `/_matrix/federation/v1/backfill/${room}?v=${joined.join.eventId}&limit=10`,
      `/_matrix/federation/v1/event/${joined.join.eventId}`,
      `/_matrix/federation/v1/event_auth/${room}/${joined.join.eventId}`,
    ])
      expect((await outsider.request(a, "GET", path)).status).toBe(403);
    const missing = { earliest_events: [], latest_events: [joined.join.eventId] };
    expect((await outsider.request(a, "POST", `/_matrix/federation/v1/get_missing_events/${room}`, missing)).status).toBe(403);
  });

  it("is made to sign nothing but invites of its own users", async () => {
    const bob = "@alice:a.example";
    const invite = (more: object, sender = eve): ReturnType<TestPeer["build"]> =>
      peer.build(
        {
          type: "m.room.member",
          state_key: bob,
          sender,
          room_id: "!elsewhere:peer.example",
          origin_server_ts: Date.now(),
          content: { membership: "invite" },
          ...more,
        },
        { prevEvents: [], authEvents: [], depth: 1 },
        rules,
      );
    const put = (event: ReturnType<TestPeer["build"]>): Promise<{ status: number }> =>
      peer.request(a, "PUT", `/_matrix/federation/v2/invite/${encodeURIComponent("!elsewhere:peer.example")}/${event.eventId}`, {
        room_version: version,
        event: event.pdu,
        invite_room_state: [],
      });
    for (const bad of [
      invite({ type: "m.room.message" }),
      invite({ content: { membership: "join" } }),
      invite({ state_key: eve }),
      invite({ state_key: "@nobody:a.example" }),
      invite({}, "@somebody:third.example"),
      invite({ room_id: "!other:peer.example" }),
    ])
      expect((await put(bad)).status).toBeGreaterThanOrEqual(400);
    expect((await put(invite({}))).status).toBe(200);
  });
});
