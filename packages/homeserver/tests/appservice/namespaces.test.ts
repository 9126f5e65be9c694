/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// What is in a namespace: who may register it, log it in, act as it, and make aliases of it.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestUser } from "../../src/testing/index.ts";
import { dig } from "./dig.ts";
import { ircRegistration, registeredServer, type RegisteredServer } from "./registered.ts";

const users = (regex: string, exclusive: boolean) => ({ users: [{ exclusive, regex }] });
let hs: RegisteredServer;
let alice: TestUser;

beforeAll(async () => {
  hs = await registeredServer([
    ircRegistration(null),
    {
      ...ircRegistration(null),
      id: "puppets",
      as_token: "as-puppets",
      hs_token: "h",
      sender_localpart: "puppets",
      namespaces: users("@.*", false),
    },
  ]);
  alice = await hs.server.register("alice");
});
afterAll(() => hs[Symbol.asyncDispose]());

const login = "m.login.application_service";
const register = (username: string, token?: string, more: object = {}) =>
  hs.server.request("POST", "/_matrix/client/v3/register", { type: login, username, ...more }, token);
const whoami = async (token: string, query = "") => {
  const { status, body } = await hs.as(token, "GET", `/account/whoami${query}`);
  return { status, body };
};

describe("registration by an application service", () => {
  it("makes a user without a password and without authentication, logged in unless inhibited", async () => {
    const made = await register("_irc_one", "as-irc");
    expect(made).toMatchObject({ status: 200, body: { user_id: "@_irc_one:localhost" } });
    expect(await whoami(String(made.body["access_token"]))).toEqual({
      status: 200,
      body: { user_id: "@_irc_one:localhost", device_id: made.body["device_id"], is_guest: false },
    });
    const silent = await register("_irc_two", "as-irc", { inhibit_login: true });
    expect(silent).toMatchObject({ status: 200, body: { user_id: "@_irc_two:localhost", home_server: "localhost" } });
    expect(Object.keys(silent.body)).not.toContain("access_token");
  });

  it("says what is wrong", async () => {
    await hs.ghost("_irc_taken");
    expect(await register("_irc_taken", "as-irc")).toMatchObject({ status: 400, body: { errcode: "M_USER_IN_USE" } });
    expect(await register("mine", "as-irc")).toMatchObject({ status: 400, body: { errcode: "M_EXCLUSIVE" } });
    // In its own namespace, but another's alone.
    expect(await register("_irc_x", "as-puppets")).toMatchObject({ status: 400, body: { errcode: "M_EXCLUSIVE" } });
    expect(await register("_irc_Xy", "as-irc")).toMatchObject({ status: 400, body: { errcode: "M_INVALID_USERNAME" } });
    expect(await register("_irc_x y", "as-irc")).toMatchObject({ status: 400, body: { errcode: "M_INVALID_USERNAME" } });
    expect(await register("_irc_x")).toMatchObject({ status: 401, body: { errcode: "M_MISSING_TOKEN" } });
    expect(await register("_irc_x", "wrong")).toMatchObject({ status: 401, body: { errcode: "M_UNKNOWN_TOKEN" } });
    expect(await register("_irc_x", alice.accessToken)).toMatchObject({ status: 401, body: { errcode: "M_UNKNOWN_TOKEN" } });
  });

  it("keeps everybody else out of exclusive names, and nobody out of shared ones", async () => {
    const auth = { type: "m.login.dummy" };
    const plain = (username: string) => hs.server.request("POST", "/_matrix/client/v3/register", { username, password: "secret", auth });
    expect(await plain("=irc_x")).toMatchObject({ status: 200 });
    expect(await plain("_irc_x")).toMatchObject({ status: 400 });
    const available = await hs.server.request("GET", "/_matrix/client/v3/register/available?username=bob");
    expect(available).toMatchObject({ status: 200, body: { available: true } });
  });
});

describe("exclusive names", () => {
  it("are refused to people who register, or ask whether they are free", async () => {
    await using server = await registeredServer([ircRegistration(null, { namespaces: users("@irc-.*", true) })]);
    const auth = { type: "m.login.dummy" };
    const refused = { status: 400, body: { errcode: "M_EXCLUSIVE" } };
    expect(
      await server.server.request("POST", "/_matrix/client/v3/register", { username: "irc-x", password: "secret", auth }),
    ).toMatchObject(refused);
    expect(
      await server.server.request("POST", "/_matrix/client/v3/register", { username: "IRC-x", password: "secret", auth }),
    ).toMatchObject(refused);
    expect(await server.server.request("GET", "/_matrix/client/v3/register/available?username=irc-x")).toMatchObject(refused);
    expect(
      await server.server.request("POST", "/_matrix/client/v3/register", { username: "ircx", password: "secret", auth }),
    ).toMatchObject({ status: 200 });
  });
});

describe("login by an application service", () => {
  it("is named among the ways to log in, and opens a session of a ghost", async () => {
    const flows = await hs.server.request("GET", "/_matrix/client/v3/login");
    expect(flows.body["flows"]).toContainEqual({ type: login });
    await hs.ghost("_irc_session");
    const body = { type: login, identifier: { type: "m.id.user", user: "_irc_session" }, device_id: "BRIDGE" };
    const opened = await hs.as("as-irc", "POST", "/login", body);
    expect(opened).toMatchObject({ status: 200, body: { user_id: "@_irc_session:localhost", device_id: "BRIDGE" } });
    expect(await whoami(String(opened.body["access_token"]))).toMatchObject({ body: { device_id: "BRIDGE" } });
  });

  it("says what is wrong", async () => {
    const open = (user: string, token?: string) =>
      hs.server.request("POST", "/_matrix/client/v3/login", { type: login, identifier: { type: "m.id.user", user } }, token);
    expect(await open("_irc_nobody", "as-irc")).toMatchObject({ status: 403, body: { errcode: "M_FORBIDDEN" } });
    expect(await open("alice", "as-irc")).toMatchObject({ status: 400, body: { errcode: "M_EXCLUSIVE" } });
    expect(await open("@_irc_bot:elsewhere", "as-irc")).toMatchObject({ status: 400, body: { errcode: "M_EXCLUSIVE" } });
    expect(await open("_irc_bot", "as-puppets")).toMatchObject({ status: 400, body: { errcode: "M_EXCLUSIVE" } });
    expect(await open("_irc_bot")).toMatchObject({ status: 401, body: { errcode: "M_MISSING_TOKEN" } });
    expect(await open("_irc_bot", "wrong")).toMatchObject({ status: 401, body: { errcode: "M_UNKNOWN_TOKEN" } });
    expect(await open("alice", "as-puppets")).toMatchObject({ status: 200, body: { user_id: alice.userId } });
  });

  it("is not named where there are no application services", async () => {
    await using server = await registeredServer([]);
    const flows = await server.server.request("GET", "/_matrix/client/v3/login");
    expect(flows.body["flows"]).not.toContainEqual({ type: login });
  });
});

describe("acting as users", () => {
  it("is acting as one's own user, or one of a namespace that has an account", async () => {
    const ghost = await hs.ghost("_irc_acted");
    expect(await whoami("as-irc")).toEqual({ status: 200, body: { user_id: "@_irc_bot:localhost", is_guest: false } });
    expect(await whoami("as-irc", `?user_id=${ghost}`)).toEqual({ status: 200, body: { user_id: ghost, is_guest: false } });
    expect(await whoami("as-puppets", `?user_id=${alice.userId}`)).toMatchObject({ status: 200, body: { user_id: alice.userId } });
    for (const other of [alice.userId, "@_irc_nobody:localhost", "@_irc_acted:elsewhere", "nonsense"])
      expect(await whoami("as-irc", `?user_id=${encodeURIComponent(other)}`)).toMatchObject({
        status: 403,
        body: { errcode: "M_FORBIDDEN" },
      });
  });

  it("is not possible with the token of a user, whatever it asks for", async () => {
    const ghost = await hs.ghost("_irc_unreached");
    expect(await whoami(alice.accessToken, `?user_id=${ghost}`)).toMatchObject({ status: 200, body: { user_id: alice.userId } });
  });

  it("sends, with one event for each transaction ID of each service and each user", async () => {
    const ghost = await hs.ghost("_irc_sender");
    const roomId = await hs.server.createRoom(alice);
    const put = async (token: string, userId: string) => {
      await hs.as(token, "POST", `/join/${roomId}?user_id=${userId}`, {});
      const content = { msgtype: "m.text", body: "hello" };
      return (await hs.as(token, "PUT", `/rooms/${roomId}/send/m.room.message/txn?user_id=${userId}`, content)).body["event_id"];
    };
    const first = await put("as-irc", ghost);
    expect(await put("as-irc", ghost)).toBe(first);
    const bySecondService = await put("as-puppets", ghost);
    const second = await put("as-irc", "@_irc_bot:localhost");
    const puppeted = await put("as-puppets", alice.userId);
    const own = await hs.server.requestAs(alice, "PUT", `/rooms/${roomId}/send/m.room.message/txn`, { msgtype: "m.text", body: "hello" });
    expect(new Set([first, bySecondService, second, puppeted, own.body["event_id"]]).size).toBe(5);
  });

  it("syncs as a user without a device", async () => {
    const ghost = await hs.ghost("_irc_syncer");
    const roomId = await hs.server.createRoom(alice);
    await hs.as("as-irc", "POST", `/join/${roomId}?user_id=${ghost}`, {});
    const synced = await hs.as("as-irc", "GET", `/sync?user_id=${ghost}`);
    expect(Object.keys(dig(synced.body, "rooms", "join") ?? {})).toEqual([roomId]);
    const waiting = hs.as("as-irc", "GET", `/sync?user_id=${ghost}&timeout=20000&since=${synced.body["next_batch"]}`);
    await hs.server.requestAs(alice, "PUT", `/rooms/${roomId}/send/m.room.message/1`, { msgtype: "m.text", body: "news" });
    expect(JSON.stringify((await waiting).body)).toContain("news");
  });

  it("is no way to be an administrator, unless the service's own user is one", async () => {
    await using server = await registeredServer([ircRegistration(null, { namespaces: users("@.*", false) })], {
      config: { admins: ["@root:localhost", "@_irc_bot:localhost"] },
    });
    await server.server.register("root");
    await server.server.register("victim");
    const lock = (query: string) => server.as("as-irc", "PUT", `/_matrix/client/v1/admin/lock/@victim:localhost${query}`, { locked: true });
    expect(await lock("?user_id=@root:localhost")).toMatchObject({ status: 403, body: { errcode: "M_FORBIDDEN" } });
    expect(await lock("")).toMatchObject({ status: 200 });
    // A locked user stays so for whoever acts as them.
    const asVictim = await server.as("as-irc", "GET", "/account/whoami?user_id=@victim:localhost");
    expect(asVictim).toMatchObject({ status: 401, body: { errcode: "M_USER_LOCKED" } });
  });

  it("ends with the account", async () => {
    const ghost = await hs.ghost("_irc_ended");
    const ended = await hs.as("as-irc", "POST", `/account/deactivate?user_id=${ghost}`, {});
    expect(ended).toMatchObject({ status: 200 });
    expect(await whoami("as-irc", `?user_id=${ghost}`)).toMatchObject({ status: 403, body: { errcode: "M_USER_DEACTIVATED" } });
    const again = await hs.as("as-irc", "POST", "/login", { type: login, identifier: { type: "m.id.user", user: ghost } });
    expect(again).toMatchObject({ status: 403, body: { errcode: "M_USER_DEACTIVATED" } });
    // Somebody's own account is out of reach, and the service's own user stays.
    expect((await hs.as("as-puppets", "POST", `/account/deactivate?user_id=${alice.userId}`, {})).status).toBe(401);
    expect(await hs.as("as-irc", "POST", "/account/deactivate", {})).toMatchObject({ status: 403 });
  });
});

describe("devices", () => {
  it("are made, acted as, named and removed without a session and without authentication", async () => {
    const ghost = await hs.ghost("_irc_devices");
    const device = (method: string, path: string, body?: unknown) => hs.as("as-irc", method, `/devices${path}?user_id=${ghost}`, body);
    expect((await device("PUT", "/ONE", { display_name: "bridge" })).status).toBe(201);
    expect((await device("PUT", "/ONE", { display_name: "Bridge" })).status).toBe(200);
    expect((await device("PUT", "/TWO")).status).toBe(201);
    expect(await device("GET", "/ONE")).toMatchObject({ status: 200, body: { display_name: "Bridge" } });
    for (const name of ["device_id", "org.matrix.msc3202.device_id"])
      expect(await whoami("as-irc", `?user_id=${ghost}&${name}=ONE`)).toMatchObject({ status: 200, body: { device_id: "ONE" } });
    expect(await whoami("as-irc", `?user_id=${ghost}&device_id=NONE`)).toMatchObject({
      status: 400,
      body: { errcode: "M_UNKNOWN_DEVICE" },
    });
    expect(await device("DELETE", "/ONE", {})).toMatchObject({ status: 200 });
    expect(await hs.as("as-irc", "POST", `/delete_devices?user_id=${ghost}`, { devices: ["TWO"] })).toMatchObject({ status: 200 });
    expect((await device("GET", "")).body["devices"]).toEqual([]);
    expect(await device("PUT", `/${"x".repeat(256)}`)).toMatchObject({ status: 400, body: { errcode: "M_INVALID_PARAM" } });
    expect((await hs.server.requestAs(alice, "PUT", "/devices/NONE", { display_name: "x" })).status).toBe(404);
  });

  it("publish keys, where one is named", async () => {
    const ghost = await hs.ghost("_irc_keys");
    await hs.as("as-irc", "PUT", `/devices/KEYS?user_id=${ghost}`, {});
    const upload = (query: string) =>
      hs.as("as-irc", "POST", `/keys/upload?user_id=${ghost}${query}`, { one_time_keys: { "curve25519:a": "key" } });
    expect(await upload("")).toMatchObject({ status: 400, body: { errcode: "M_MISSING_PARAM" } });
    expect(await upload("&device_id=KEYS")).toMatchObject({ status: 200, body: { one_time_key_counts: { curve25519: 1 } } });
  });

  it("replace cross-signing keys without authentication", async () => {
    const ghost = await hs.ghost("_irc_signer");
    const key = (public_: string) => ({
      master_key: { user_id: ghost, usage: ["master"], keys: { [`ed25519:${public_}`]: public_ } },
    });
    const upload = (public_: string) => hs.as("as-irc", "POST", `/keys/device_signing/upload?user_id=${ghost}`, key(public_));
    expect(await upload("nqOvzeuGWT/sRx3h7+MHoInYj3Uk2LD/unI9kDYcHwk")).toMatchObject({ status: 200 });
    expect(await upload("o1Z5CB3nfBmFO/Cpqqyd4a8l0Vnvgyl8uYXBPQJEwZE")).toMatchObject({ status: 200 });
  });
});

describe("aliases", () => {
  it("of an exclusive namespace are the service's alone, and it keeps to its own", async () => {
    const roomId = await hs.server.createRoom(alice);
    const put = (alias: string, token: string) => hs.as(token, "PUT", `/directory/room/${encodeURIComponent(alias)}`, { room_id: roomId });
    await hs.as("as-irc", "POST", `/join/${roomId}`, {});
    const exclusive = { status: 400, body: { errcode: "M_EXCLUSIVE" } };
    expect(await put("#_irc_a:localhost", alice.accessToken)).toMatchObject(exclusive);
    expect(await put("#_irc_a:localhost", "as-puppets")).toMatchObject(exclusive);
    expect(await put("#free:localhost", "as-irc")).toMatchObject(exclusive);
    expect(await put("#_irc_a:localhost", "as-irc")).toMatchObject({ status: 200 });
    expect(await put("#free:localhost", alice.accessToken)).toMatchObject({ status: 200 });
    const create = (room_alias_name: string, token: string) => hs.as(token, "POST", "/createRoom", { room_alias_name });
    expect(await create("_irc_b", alice.accessToken)).toMatchObject(exclusive);
    expect(await create("other", "as-irc")).toMatchObject(exclusive);
    expect(await create("_irc_b", "as-irc")).toMatchObject({ status: 200 });
    // Removal as well: not even by who has all the power in the room.
    const remove = (alias: string, token: string) => hs.as(token, "DELETE", `/directory/room/${encodeURIComponent(alias)}`);
    expect(await remove("#_irc_a:localhost", alice.accessToken)).toMatchObject(exclusive);
    await hs.as("as-irc", "POST", `/rooms/${roomId}/leave`, {});
    expect(await remove("#_irc_a:localhost", "as-irc")).toMatchObject({ status: 200 });
  });
});

describe("the time of an event", () => {
  it("is what an application service says, and now for everybody else", async () => {
    const roomId = await hs.server.createRoom(alice);
    const ghost = await hs.ghost("_irc_late");
    const member = `/rooms/${roomId}/state/m.room.member/${ghost}`;
    const joined = await hs.as("as-irc", "PUT", `${member}?user_id=${ghost}&ts=1000`, { membership: "join" });
    const sent = await hs.as("as-irc", "PUT", `/rooms/${roomId}/send/m.room.message/1?user_id=${ghost}&ts=2000`, {
      msgtype: "m.text",
      body: "old",
    });
    const own = await hs.server.requestAs(alice, "PUT", `/rooms/${roomId}/send/m.room.message/1?ts=2000`, {
      msgtype: "m.text",
      body: "new",
    });
    const times: number[] = [];
    for (const { body } of [joined, sent, own]) {
      const event = await hs.server.requestAs(alice, "GET", `/rooms/${roomId}/event/${body["event_id"]}`);
      times.push(Number(event.body["origin_server_ts"]));
    }
    expect(times.slice(0, 2)).toEqual([1000, 2000]);
    expect(times[2]).toBeGreaterThan(1_000_000_000_000);
    for (const ts of ["-1", "1.5", "now", "9007199254740992", ""])
      expect(
        await hs.as("as-irc", "PUT", `/rooms/${roomId}/send/m.room.message/2?user_id=${ghost}&ts=${ts}`, { msgtype: "m.text", body: "x" }),
      ).toMatchObject({
        status: 400,
        body: { errcode: "M_INVALID_PARAM" },
      });
  });
});
