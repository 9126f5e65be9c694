import { describe, expect, it } from "vitest";
import { type AnyBody, type TestHomeserver, testHomeserver, type TestResponse, type TestUser } from "../src/testing/index.ts";

const client = "/_matrix/client/v3";
const dummy = { type: "m.login.dummy" };

function secret(user: TestUser, password = "secret"): object {
  return { type: "m.login.password", identifier: { type: "m.id.user", user: user.userId }, password };
}

type Answer = Promise<TestResponse<AnyBody>>;

function register(server: TestHomeserver, body: object): Answer {
  return server.request("POST", `${client}/register`, body);
}

async function devicesOf(server: TestHomeserver, user: TestUser): Promise<string[]> {
  const { body } = await server.request<{ devices: { device_id: string }[] }>("GET", `${client}/devices`, undefined, user.accessToken);
  return body.devices.map((device) => device.device_id);
}

describe("a session of User-Interactive Authentication", () => {
  it("that was begun for one device removes no other, nor anything else", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    for (const id of ["ONE", "TWO"]) await server.request("POST", `${client}/login`, { ...secret(alice), device_id: id });
    const remove = (id: string, auth?: object): Answer => server.request("DELETE", `${client}/devices/${id}`, { auth }, alice.accessToken);
    const asked = await remove("ONE");
    const auth = { ...secret(alice), session: asked.body["session"] };
    expect(await remove("TWO", auth)).toMatchObject({ status: 401, body: { errcode: "M_UNKNOWN" } });
    const other = { devices: ["TWO"], auth };
    expect((await server.request("POST", `${client}/delete_devices`, other, alice.accessToken)).status).toBe(401);
    expect((await remove("ONE", auth)).status).toBe(200);
    // The answer was lost: the same again.
    expect((await remove("ONE", auth)).status).toBe(200);
    expect(await devicesOf(server, alice)).toEqual([alice.deviceId, "TWO"]);
  });

  it("that was begun for some devices removes no others", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    for (const id of ["ONE", "TWO"]) await server.request("POST", `${client}/login`, { ...secret(alice), device_id: id });
    const remove = (body: object): Answer => server.request("POST", `${client}/delete_devices`, body, alice.accessToken);
    const asked = await remove({ devices: ["ONE"] });
    const auth = { ...secret(alice), session: asked.body["session"] };
    expect(await remove({ devices: ["TWO"], auth })).toMatchObject({ status: 403, body: { errcode: "M_FORBIDDEN" } });
    expect(await devicesOf(server, alice)).toEqual([alice.deviceId, "ONE", "TWO"]);
    expect((await remove({ devices: ["ONE"], auth })).status).toBe(200);
  });

  it("is unknown to other users", async () => {
    await using server = await testHomeserver();
    const [alice, bob] = [await server.register("alice"), await server.register("bob")];
    const path = `${client}/devices/SAME`;
    const asked = await server.request("DELETE", path, {}, alice.accessToken);
    const auth = { ...secret(bob), session: asked.body["session"] };
    expect(await server.request("DELETE", path, { auth }, bob.accessToken)).toMatchObject({ status: 401, body: { errcode: "M_UNKNOWN" } });
  });

  it("is passed by its own user alone: who names another is refused for good, with the right password or a wrong one", async () => {
    await using server = await testHomeserver();
    const [alice, bob] = [await server.register("alice"), await server.register("bob")];
    await server.request("POST", `${client}/login`, { ...secret(alice), device_id: "ONE" });
    const remove = (auth: object): Answer => server.request("DELETE", `${client}/devices/ONE`, { auth }, alice.accessToken);
    for (const auth of [secret(bob), secret(bob, "wrong"), { ...secret(bob), identifier: { type: "m.id.user", user: "nobody" } }])
      expect(await remove(auth)).toMatchObject({ status: 403, body: { errcode: "M_FORBIDDEN" } });
    expect(await remove(secret(alice, "wrong"))).toMatchObject({ status: 401, body: { errcode: "M_FORBIDDEN" } });
    expect(await devicesOf(server, alice)).toEqual([alice.deviceId, "ONE"]);
    expect((await remove(secret(alice))).status).toBe(200);
  });

  it("replaces the cross-signing keys of its first request, also with `auth` alone", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const upload = (body: object): Answer => server.request("POST", `${client}/keys/device_signing/upload`, body, alice.accessToken);
    const key = (text: string): object => ({ user_id: alice.userId, usage: ["master"], keys: { [`ed25519:${text}`]: text } });
    const [first, second, third] = ["A", "B", "C"].map((letter) => key(letter.repeat(42) + "A"));
    expect((await upload({ master_key: first })).status).toBe(200);
    const asked = await upload({ master_key: second });
    expect(asked.body["flows"]).toEqual([{ stages: ["m.login.password"] }]);
    const auth = { ...secret(alice), session: asked.body["session"] };
    expect((await upload({ master_key: third, auth })).status).toBe(403);
    expect((await upload({ auth })).status).toBe(200);
    expect((await upload({ auth })).status).toBe(200);
    const keys = await server.request("POST", `${client}/keys/query`, { device_keys: { [alice.userId]: [] } }, alice.accessToken);
    expect(keys.body["master_keys"]?.[alice.userId]).toMatchObject(second ?? {});
  });
});

describe("a registration", () => {
  it("whose answer was lost gives the same account and device again", async () => {
    await using server = await testHomeserver();
    const wanted = { username: "alice", password: "secret" };
    const asked = await register(server, wanted);
    const auth = { ...dummy, session: asked.body["session"] };
    const done = await register(server, { ...wanted, auth });
    expect(done).toMatchObject({ status: 200, body: { user_id: "@alice:localhost" } });
    for (const body of [{ ...wanted, auth }, { auth }]) expect((await register(server, body)).body).toEqual(done.body);
    expect(await register(server, { ...wanted, username: "bob", auth })).toMatchObject({ status: 403 });
    expect(await register(server, wanted)).toMatchObject({ status: 400, body: { errcode: "M_USER_IN_USE" } });
  });

  it("is completed by `auth` alone as it was asked for", async () => {
    await using server = await testHomeserver();
    const asked = await register(server, { username: "alice", password: "secret", inhibit_login: true });
    const done = await register(server, { auth: { ...dummy, session: asked.body["session"] } });
    expect(done.body).toEqual({ user_id: "@alice:localhost", home_server: "localhost" });
    const login = { type: "m.login.password", user: "alice", password: "secret" };
    expect((await server.request("POST", `${client}/login`, login)).status).toBe(200);
  });

  it("may be named after the session began, and has no session that the server does not know", async () => {
    await using server = await testHomeserver();
    const asked = await register(server, {});
    const named = { username: "alice", password: "secret", auth: { ...dummy, session: asked.body["session"] } };
    expect(await register(server, named)).toMatchObject({ status: 200, body: { user_id: "@alice:localhost" } });
    const made = { username: "bob", password: "secret", auth: { ...dummy, session: "made up" } };
    expect(await register(server, made)).toMatchObject({ status: 401, body: { errcode: "M_UNKNOWN" } });
    expect((await server.request("GET", `${client}/register/available?username=bob`)).status).toBe(200);
  });
});

describe("an account without a password", () => {
  it("proves nothing by the dummy stage", async () => {
    await using server = await testHomeserver();
    const { body } = await register(server, { username: "alice", auth: dummy });
    const token = String(body["access_token"]);
    const refused = { status: 403, body: { errcode: "M_FORBIDDEN" } };
    expect(await server.request("POST", `${client}/account/deactivate`, { auth: dummy }, token)).toMatchObject(refused);
    expect(await server.request("POST", `${client}/account/password`, { new_password: "mine", auth: dummy }, token)).toMatchObject(refused);
    expect(await server.request("DELETE", `${client}/devices/${body["device_id"]}`, { auth: dummy }, token)).toMatchObject(refused);
    expect((await server.request("GET", `${client}/account/whoami`, undefined, token)).status).toBe(200);
  });
});
