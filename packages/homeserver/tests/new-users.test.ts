/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// What happens to new users: rooms that they are brought into, and what the server says to them.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type AnyBody, type TestHomeserver, testHomeserver, type TestResponse, type TestUser } from "../src/testing/index.ts";

const joined = async (server: TestHomeserver, user: TestUser): Promise<string[]> =>
  (await server.requestAs<{ joined_rooms: string[] }>(user, "GET", "/joined_rooms")).body.joined_rooms;

describe("a new user", () => {
  it("is brought into rooms by ID or alias, which are made where the alias leads nowhere, by the first one", async () => {
    await using server = await testHomeserver({
      config: { auto_join_rooms: ["#hall:localhost", "#far:elsewhere.example", "!gone:localhost"] },
    });
    const users = await Promise.all(["alice", "bob", "carol"].map((name) => server.register(name)));
    const rooms = await Promise.all(users.map((user) => joined(server, user)));
    expect(new Set(rooms.flat()).size).toBe(1);
    expect(rooms.map((each) => each.length)).toEqual([1, 1, 1]);
    const { body } = await server.requestAs(users[1] as TestUser, "GET", "/directory/room/%23hall:localhost");
    expect(body["room_id"]).toBe(rooms[0]?.[0]);
  });

  it("is kept from registering by no room that refuses", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "patrix-"));
    const before = await testHomeserver({ dataDir });
    const alice = await before.register("alice");
    const closed = await before.createRoom(alice, { preset: "private_chat" });
    const open = await before.createRoom(alice);
    await before.stop();
    {
      await using server = await testHomeserver({ dataDir, config: { auto_join_rooms: [closed, open] } });
      expect(await joined(server, await server.register("bob"))).toEqual([open]);
    }
    await rm(dataDir, { recursive: true });
  });
});

describe("a server notice", () => {
  const config = { server_notices: { localpart: "_notices" }, admins: ["@admin:localhost"] };
  const notice = (server: TestHomeserver, by: TestUser, user_id: string, body = "maintenance"): Promise<TestResponse<AnyBody>> =>
    server.request("POST", "/_synapse/admin/v1/send_server_notice", { user_id, content: { msgtype: "m.text", body } }, by.accessToken);
  interface Sync {
    rooms?: {
      invite?: Record<string, unknown>;
      join?: Record<string, { timeline: { events: { content: { body?: string }; sender: string }[] }; account_data: { events: object[] } }>;
    };
  }

  it("reaches its user in one room that is tagged; the invite cannot be rejected, the room can be left", async () => {
    await using server = await testHomeserver({ config });
    const [admin, bob] = [await server.register("admin"), await server.register("bob")];
    expect((await notice(server, admin, bob.userId, "one")).status).toBe(200);
    const invites = Object.keys((await server.requestAs<Sync>(bob, "GET", "/sync")).body.rooms?.invite ?? {});
    expect(invites).toHaveLength(1);
    const [room = ""] = invites;
    const leaving = [
      ["POST", `/rooms/${room}/leave`, {}],
      ["PUT", `/rooms/${room}/state/m.room.member/${bob.userId}`, { membership: "leave" }],
    ] as const;
    const cannot = { status: 403, body: { errcode: "M_CANNOT_LEAVE_SERVER_NOTICE_ROOM" } };
    for (const request of leaving) expect(await server.requestAs(bob, request[0], request[1], request[2])).toMatchObject(cannot);
    expect((await server.requestAs(bob, "POST", `/join/${room}`, {})).status).toBe(200);
    expect((await notice(server, admin, bob.userId, "two")).status).toBe(200);
    const told = (await server.requestAs<Sync>(bob, "GET", "/sync")).body.rooms?.join?.[room];
    expect(told?.timeline.events.flatMap(({ content }) => content.body ?? [])).toEqual(["one", "two"]);
    expect(told?.timeline.events.at(-1)?.sender).toBe("@_notices:localhost");
    expect(told?.account_data.events).toContainEqual({ type: "m.tag", content: { tags: { "m.server_notice": {} } } });
    const answer = { msgtype: "m.text", body: "who are you?" };
    expect((await server.requestAs(bob, "PUT", `/rooms/${room}/send/m.room.message/1`, answer)).status).toBe(403);
    expect((await server.requestAs(bob, "POST", `/rooms/${room}/leave`, {})).status).toBe(200);
    expect((await notice(server, admin, bob.userId, "three")).status).toBe(200);
    // Whoever has left hears from the server in the same room again, and what was said meanwhile.
    expect(Object.keys((await server.requestAs<Sync>(bob, "GET", "/sync")).body.rooms?.invite ?? {})).toEqual([room]);
    expect((await server.requestAs(bob, "POST", `/join/${room}`, {})).status).toBe(200);
    const again = (await server.requestAs<Sync>(bob, "GET", "/sync")).body.rooms?.join?.[room];
    expect(again?.timeline.events.some(({ content }) => content.body === "three")).toBe(true);
  });

  it("is sent once with a transaction ID, however often it is asked for", async () => {
    await using server = await testHomeserver({ config });
    const [admin, bob] = [await server.register("admin"), await server.register("bob")];
    const send = (txnId: string): Promise<TestResponse<AnyBody>> => {
      const content = { msgtype: "m.text", body: "once" };
      const path = `/_synapse/admin/v1/send_server_notice/${txnId}`;
      return server.request("PUT", path, { user_id: bob.userId, content }, admin.accessToken);
    };
    const [first, second, other] = [await send("1"), await send("1"), await send("2")];
    expect([first.status, second.body["event_id"] === first.body["event_id"], other.body["event_id"] === first.body["event_id"]]).toEqual([
      200,
      true,
      false,
    ]);
    expect(Object.keys((await server.requestAs<Sync>(bob, "GET", "/sync")).body.rooms?.invite ?? {})).toHaveLength(1);
  });

  it("is sent by administrators, to users there are, and in a name that nobody else can take", async () => {
    await using server = await testHomeserver({ config: { ...config, server_notices: { localpart: "notices" } } });
    const [admin, bob] = [await server.register("admin"), await server.register("bob")];
    expect(await notice(server, bob, bob.userId)).toMatchObject({ status: 403, body: { errcode: "M_FORBIDDEN" } });
    // Others are not told what is wrong with their request.
    const malformed = (by: TestUser) => server.request("POST", "/_synapse/admin/v1/send_server_notice", undefined, by.accessToken);
    expect([(await malformed(bob)).status, (await malformed(admin)).status]).toEqual([403, 400]);
    expect(await notice(server, admin, "@nobody:localhost")).toMatchObject({ status: 404, body: { errcode: "M_NOT_FOUND" } });
    expect(await notice(server, admin, "@bob:elsewhere.example")).toMatchObject({ status: 400, body: { errcode: "M_INVALID_PARAM" } });
    const taken = { username: "notices", password: "secret", auth: { type: "m.login.dummy" } };
    expect((await server.request("POST", "/_matrix/client/v3/register", taken)).body["errcode"]).toBe("M_USER_IN_USE");
    await using silent = await testHomeserver({ config: { admins: config.admins } });
    const other = await silent.register("admin");
    expect((await notice(silent, other, other.userId)).body["errcode"]).toBe("M_UNKNOWN");
  });
});
