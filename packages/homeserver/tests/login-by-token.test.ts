/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// Logging in by token, and what administrators do with accounts.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AnyBody, type TestHomeserver, testHomeserver, type TestResponse, type TestUser } from "../src/testing/index.ts";

let now = Date.now();
let server: TestHomeserver;
let admin: TestUser;
let users = 0;
beforeAll(async () => {
  server = await testHomeserver({ clock: { now: () => now }, config: { admins: ["@admin:localhost"] } });
  admin = await server.register("admin");
});
afterAll(() => server[Symbol.asyncDispose]());

type Answer = Promise<TestResponse<AnyBody>>;
const newUser = (): Promise<TestUser> => server.register(`user${++users}`);
const auth = (user: TestUser, password = "secret") => ({
  type: "m.login.password",
  identifier: { type: "m.id.user", user: user.userId },
  password,
});
const getToken = (user: TestUser, body: object = { auth: auth(user) }): Answer =>
  server.request("POST", "/_matrix/client/v1/login/get_token", body, user.accessToken);
const tokenLogin = (token?: string): Answer =>
  server.request("POST", "/_matrix/client/v3/login", { type: "m.login.token", ...(token !== undefined && { token }) });

describe("a login token", () => {
  it("logs in another device of its user, once", async () => {
    const alice = await newUser();
    const { status, body } = await getToken(alice);
    expect([status, body["expires_in_ms"]]).toEqual([200, 120_000]);
    const token = String(body["login_token"]);
    const logged = await tokenLogin(token);
    expect(logged).toMatchObject({ status: 200, body: { user_id: alice.userId } });
    expect(logged.body["device_id"]).not.toBe(alice.deviceId);
    expect(await tokenLogin(token)).toMatchObject({ status: 403, body: { errcode: "M_FORBIDDEN" } });
    expect(await tokenLogin()).toMatchObject({ status: 400, body: { errcode: "M_MISSING_PARAM" } });
  });

  it("is given to who proves who they are", async () => {
    const alice = await newUser();
    expect((await getToken(alice, {})).status).toBe(401);
    expect((await getToken(alice, { auth: auth(alice, "wrong") })).status).toBe(401);
    expect((await getToken(alice, { auth: auth(await newUser()) })).status).toBe(403);
  });

  it("is over after two minutes, after a change of the password, and for an account that is locked or was deactivated", async () => {
    const alice = await newUser();
    const token = async (password = "secret"): Promise<string> =>
      String((await getToken(alice, { auth: auth(alice, password) })).body["login_token"]);
    const late = await token();
    now += 120_000;
    expect((await tokenLogin(late)).status).toBe(403);
    const stale = await token();
    const change = { new_password: "another", logout_devices: false, auth: auth(alice) };
    expect((await server.requestAs(alice, "POST", "/account/password", change)).status).toBe(200);
    expect((await tokenLogin(stale)).status).toBe(403);
    const locked = await token("another");
    await server.request("PUT", `/_matrix/client/v1/admin/lock/${alice.userId}`, { locked: true }, admin.accessToken);
    expect((await tokenLogin(locked)).body["errcode"]).toBe("M_USER_LOCKED");
    await server.request("PUT", `/_matrix/client/v1/admin/lock/${alice.userId}`, { locked: false }, admin.accessToken);
    const last = await token("another");
    expect((await server.requestAs(alice, "POST", "/account/deactivate", { auth: auth(alice, "another") })).status).toBe(200);
    expect((await tokenLogin(last)).body["errcode"]).toBe("M_USER_DEACTIVATED");
  });

  it("is announced", async () => {
    const { flows } = (await server.request<{ flows: object[] }>("GET", "/_matrix/client/v3/login")).body;
    expect(flows).toContainEqual({ type: "m.login.token", get_login_token: true });
    const { body } = await server.requestAs(await newUser(), "GET", "/capabilities");
    expect(body["capabilities"]).toMatchObject({ "m.get_login_token": { enabled: true } });
  });
});

describe("a suspended account", () => {
  const suspend = (userId: string, suspended: boolean, by = admin): Answer =>
    server.request("PUT", `/_matrix/client/v1/admin/suspend/${userId}`, { suspended }, by.accessToken);
  const standing = (userId: string, by = admin): Answer =>
    server.request("GET", `/_matrix/client/v1/admin/suspend/${userId}`, undefined, by.accessToken);

  it("reads, leaves, redacts its own and logs out, and does nothing that others hear of", async () => {
    const [alice, bob] = [await newUser(), await newUser()];
    const room = await server.createRoom(bob);
    await server.requestAs(alice, "POST", `/join/${room}`, {});
    const say = (user: TestUser) =>
      server.requestAs(user, "PUT", `/rooms/${room}/send/m.room.message/${++users}`, { msgtype: "m.text", body: "x" });
    const [own, others] = [(await say(alice)).body["event_id"], (await say(bob)).body["event_id"]];
    const delay = await server.requestAs(alice, "PUT", `/rooms/${room}/send/later/1?org.matrix.msc4140.delay=3600000`, {});
    expect(await suspend(alice.userId, true)).toMatchObject({ status: 200, body: { suspended: true } });
    expect((await standing(alice.userId)).body).toEqual({ suspended: true });
    const refused = { status: 403, body: { errcode: "M_USER_SUSPENDED" } };
    expect(await say(alice)).toMatchObject(refused);
    for (const [method, path] of [
      ["POST", "/createRoom"],
      ["POST", `/join/${await server.createRoom(bob)}`],
      ["POST", `/rooms/${room}/invite`],
      ["PUT", `/rooms/${room}/state/m.room.topic/`],
      ["PUT", `/profile/${alice.userId}/displayname`],
      ["PUT", `/rooms/${room}/redact/${others}/1`],
      ["PUT", `/rooms/${room}/send/a/1?org.matrix.msc4140.delay=5`],
    ] as const)
      expect(await server.requestAs(alice, method, path, { user_id: bob.userId, displayname: "x" }), path).toMatchObject(refused);
    const sent = await server.request(
      "POST",
      `/_matrix/client/unstable/org.matrix.msc4140/delayed_events/${String(delay.body["delay_id"])}/send`,
    );
    expect(sent).toMatchObject(refused);
    for (const [method, path] of [
      ["GET", `/rooms/${room}/messages?dir=b`],
      ["GET", "/sync"],
      ["PUT", `/rooms/${room}/redact/${own}/2`],
      ["POST", `/rooms/${room}/leave`],
      ["POST", "/logout"],
    ] as const)
      expect((await server.requestAs(alice, method, path, method === "GET" ? undefined : {})).status, path).toBe(200);
  });

  it("speaks again when that has ended", async () => {
    const alice = await newUser();
    await suspend(alice.userId, true);
    expect((await server.requestAs(alice, "POST", "/createRoom", {})).status).toBe(403);
    await suspend(alice.userId, false);
    expect((await server.requestAs(alice, "POST", "/createRoom", {})).status).toBe(200);
  });

  it("is so by an administrator, who suspends neither themselves nor nobody", async () => {
    const alice = await newUser();
    for (const answer of [await suspend(alice.userId, true, alice), await standing(admin.userId, alice), await suspend(admin.userId, true)])
      expect(answer).toMatchObject({ status: 403, body: { errcode: "M_FORBIDDEN" } });
    expect((await suspend("@nobody:localhost", true)).status).toBe(404);
  });
});

describe("the devices of a user", () => {
  it("are told to administrators, and to the user", async () => {
    const [alice, bob] = [await newUser(), await newUser()];
    const ask = (by: TestUser, of: string): Answer => server.requestAs(by, "GET", `/admin/whois/${of}`);
    for (const by of [admin, alice])
      expect(await ask(by, alice.userId)).toMatchObject({
        status: 200,
        body: { user_id: alice.userId, devices: { [alice.deviceId]: { sessions: [{ connections: expect.any(Array) as unknown }] } } },
      });
    expect(await ask(bob, alice.userId)).toMatchObject({ status: 403, body: { errcode: "M_FORBIDDEN" } });
    expect((await ask(admin, "@nobody:localhost")).status).toBe(404);
  });
});

it("the key of a policy server under this name is told where there is one", async () => {
  const ask = (of: TestHomeserver): Answer => of.request("GET", "/.well-known/matrix/policy_server");
  expect(await ask(server)).toMatchObject({ status: 404, body: { errcode: "M_NOT_FOUND" } });
  await using policed = await testHomeserver({ config: { well_known: { policy_server_key: "A".repeat(43) } } });
  expect(await ask(policed)).toMatchObject({ status: 200, body: { public_keys: { ed25519: "A".repeat(43) } } });
});
