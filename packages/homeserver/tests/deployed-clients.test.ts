// What clients in use need beyond the letter of the specification, or send beside it.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestHomeserver, testHomeserver, type TestUser } from "../src/testing/index.ts";

let server: TestHomeserver;
let alice: TestUser;
let bob: TestUser;

beforeAll(async () => {
  server = await testHomeserver();
  alice = await server.register("alice");
  bob = await server.register("bob");
});
afterAll(() => server[Symbol.asyncDispose]());

const as: TestHomeserver["requestAs"] = (...request) => server.requestAs(...request);
const newRoom = (settings?: Readonly<Record<string, unknown>>): Promise<string> => server.createRoom(alice, settings);

describe("members that matrix-nio requires", () => {
  it("are null for a joined member without a name or an avatar", async () => {
    const roomId = await newRoom();
    await as(bob, "POST", `/join/${roomId}`, {});
    const carol = await server.register("carol");
    await as(carol, "PUT", `/profile/${carol.userId}/displayname`, { displayname: "Carol" });
    await as(carol, "POST", `/join/${roomId}`, {});
    const { body } = await as(alice, "GET", `/rooms/${roomId}/joined_members`);
    expect(body["joined"]).toMatchObject({
      [bob.userId]: { display_name: null, avatar_url: null },
      [carol.userId]: { display_name: "Carol", avatar_url: null },
    });
  });

  it("are null for a device without a name that was never seen", async () => {
    const dave = await server.register("dave");
    const identifier = { type: "m.id.user", user: "dave" };
    await server.request("POST", "/_matrix/client/v3/login", {
      type: "m.login.password",
      identifier,
      password: "secret",
      device_id: "QUIET",
    });
    const { body } = await as<{ devices: readonly object[] }>(dave, "GET", "/devices");
    expect(body.devices).toContainEqual({ device_id: "QUIET", display_name: null, last_seen_ip: null, last_seen_ts: null });
    expect((await as(dave, "GET", "/devices/QUIET")).body).toMatchObject({ display_name: null });
  });
});

describe("null where something is left out", () => {
  it.each(["ban", "kick", "unban", "invite"])("is no reason of a %s", async (operation) => {
    const roomId = await newRoom();
    const target = { user_id: bob.userId };
    if (operation === "kick") await as(bob, "POST", `/join/${roomId}`, {});
    if (operation === "unban") await as(alice, "POST", `/rooms/${roomId}/ban`, target);
    expect((await as(alice, "POST", `/rooms/${roomId}/${operation}`, { ...target, reason: null })).status).toBe(200);
    const event = await as<object>(alice, "GET", `/rooms/${roomId}/state/m.room.member/${bob.userId}`);
    expect(event.body).not.toHaveProperty("reason");
  });

  it("counts as left out in a filter, stored or in the query", async () => {
    const filter = { room: { timeline: { limit: 1, types: null }, state: null }, presence: null };
    const stored = await as(alice, "POST", `/user/${alice.userId}/filter`, filter);
    expect(stored.status).toBe(200);
    expect((await as(alice, "GET", `/user/${alice.userId}/filter/${stored.body["filter_id"]}`)).body).toEqual({
      room: { timeline: { limit: 1 } },
    });
    expect((await as(alice, "GET", `/sync?filter=${encodeURIComponent(JSON.stringify(filter))}`)).status).toBe(200);
  });

  it("stays null in content", async () => {
    const roomId = await newRoom();
    const content = { body: "hello", msgtype: null, extra: [null] };
    const sent = await as(alice, "PUT", `/rooms/${roomId}/send/org.example/1`, content);
    expect((await as(alice, "GET", `/rooms/${roomId}/event/${sent.body["event_id"]}`)).body["content"]).toEqual(content);
    const data = `/user/${alice.userId}/account_data/org.example`;
    await as(alice, "PUT", data, { nothing: null });
    expect((await as(alice, "GET", data)).body).toEqual({ nothing: null });
  });
});

describe("a body that is no object", () => {
  it.each([["null"], ["[]"], ['"text"']])("%s is refused, and nothing is sent or stored", async (text) => {
    const roomId = await newRoom();
    const data = `/user/${alice.userId}/account_data/org.example.${encodeURIComponent(text)}`;
    for (const [method, path] of [
      ["PUT", `/rooms/${roomId}/send/org.example/${encodeURIComponent(text)}`],
      ["PUT", `/rooms/${roomId}/state/org.example/key`],
      ["PUT", data],
      ["POST", `/rooms/${roomId}/leave`],
    ] as const) {
      const { status, body } = await as(alice, method, path, text);
      expect([path, status, body["errcode"]]).toEqual([path, 400, "M_BAD_JSON"]);
    }
    expect((await as(alice, "GET", data)).status).toBe(404);
    const { body } = await as<{ chunk: readonly { type: string }[] }>(alice, "GET", `/rooms/${roomId}/messages?dir=b&limit=50`);
    expect(body.chunk.filter(({ type }) => type === "org.example")).toEqual([]);
  });
});

describe("an invite", () => {
  it("says in its own member event when it was sent, and under which ID", async () => {
    const before = Date.now();
    const roomId = await newRoom({ preset: "private_chat", invite: [bob.userId] });
    const { body } = await as<{ rooms: { invite: Record<string, { invite_state: { events: Record<string, unknown>[] } }> } }>(
      bob,
      "GET",
      "/sync",
    );
    const events = body.rooms.invite[roomId]?.invite_state.events ?? [];
    const own = events.find((event) => event["state_key"] === bob.userId);
    expect(own).toMatchObject({ event_id: expect.stringMatching(/^\$/), content: { membership: "invite" } });
    expect(own?.["origin_server_ts"]).toBeGreaterThanOrEqual(before);
    // The event that makes the room says it too.
    const create = events.find((event) => event["type"] === "m.room.create");
    expect(create).toMatchObject({ event_id: expect.stringMatching(/^\$/), origin_server_ts: expect.any(Number) });
    for (const event of events.filter((other) => other !== own && other !== create))
      expect(Object.keys(event).toSorted()).toEqual(["content", "sender", "state_key", "type"]);
  });
});

describe("media without a token", () => {
  it("names the setting that would serve it", async () => {
    for (const kind of ["download", "thumbnail"]) {
      const { status, body } = await server.request("GET", `/_matrix/media/v3/${kind}/localhost/abc?width=1&height=1`);
      expect([status, body["errcode"]]).toEqual([404, "M_NOT_FOUND"]);
      expect(body["error"]).toContain("media.legacy_unauthenticated");
    }
  });
});
