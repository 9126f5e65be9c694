import { describe, expect, it } from "vitest";
import { limits } from "../limits.ts";
import { putPusher, readPushers, removePusher } from "./pushers.ts";
import { type AnyBody, type TestHomeserver, testHomeserver, type TestResponse, type TestUser } from "../testing/index.ts";
import { openDevices } from "../../tests/composed-devices.ts";

const client = "/_matrix/client/v3";

function secret(user: TestUser): object {
  return { type: "m.login.password", identifier: { type: "m.id.user", user: user.userId }, password: "secret" };
}

async function login(server: TestHomeserver, user: TestUser, deviceId?: string): Promise<TestUser> {
  const { body } = await server.request("POST", `${client}/login`, { ...secret(user), device_id: deviceId });
  return { userId: user.userId, accessToken: String(body.access_token), deviceId: String(body.device_id) };
}

function set(server: TestHomeserver, user: TestUser, pushkey: string, more: object = {}): Promise<TestResponse<AnyBody>> {
  const data = { url: "https://push.example.org/_matrix/push/v1/notify" };
  const pusher = { pushkey, kind: "http", app_id: "app", app_display_name: "App", device_display_name: "Phone", lang: "en", data };
  return server.request("POST", `${client}/pushers/set`, { ...pusher, ...more }, user.accessToken);
}

async function keysOf(server: TestHomeserver, user: TestUser): Promise<string[]> {
  const { body } = await server.request<{ pushers: { pushkey: string }[] }>("GET", `${client}/pushers`, undefined, user.accessToken);
  return body.pushers.map(({ pushkey }) => pushkey);
}

describe("a pusher", () => {
  const endings: Record<string, (server: TestHomeserver, first: TestUser, second: TestUser) => Promise<TestResponse<AnyBody>>> = {
    "a logout": (server, _, { accessToken }) => server.request("POST", `${client}/logout`, {}, accessToken),
    "the removal of the device": (server, first, { deviceId }) =>
      server.request("DELETE", `${client}/devices/${deviceId}`, { auth: secret(first) }, first.accessToken),
    "the removal of several devices": (server, first, { deviceId }) =>
      server.request("POST", `${client}/delete_devices`, { devices: [deviceId], auth: secret(first) }, first.accessToken),
    "a change of the password": (server, first) =>
      server.request("POST", `${client}/account/password`, { new_password: "another", auth: secret(first) }, first.accessToken),
    "a new login on the device": (server, first, { deviceId }) =>
      server.request("POST", `${client}/login`, { ...secret(first), device_id: deviceId }),
  };
  for (const [ending, end] of Object.entries(endings))
    it(`goes with ${ending}, and those of other devices stay`, async () => {
      await using server = await testHomeserver();
      const first = await server.register("alice");
      const second = await login(server, first);
      await set(server, first, "first");
      await set(server, second, "second");
      expect(await keysOf(server, first)).toEqual(["first", "second"]);
      expect((await end(server, first, second)).status).toBe(200);
      expect(await keysOf(server, first)).toEqual(["first"]);
    });

  it("goes with the account, and none comes after it", async () => {
    await using server = await openDevices();
    const { core, request } = server;
    const owner = await server.login("@alice:example.org", "PHONE");
    const pusher = { app_id: "app", pushkey: "key" };
    await putPusher(core, owner, pusher, false);
    expect(await readPushers(core, owner.userNid)).toHaveLength(1);
    const auth = { type: "m.login.password", user: "alice", password: "secret" };
    expect((await request("POST", "/client/v3/account/deactivate", { auth }, "PHONE")).status).toBe(200);
    expect(await readPushers(core, owner.userNid)).toEqual([]);
    await putPusher(core, owner, pusher, false);
    expect(await readPushers(core, owner.userNid)).toEqual([]);
  });

  it("is the user's who set its key last, unless that one lets others keep it", async () => {
    await using server = await testHomeserver();
    const [alice, bob] = [await server.register("alice"), await server.register("bob")];
    const owners = async (): Promise<string[][]> => [await keysOf(server, alice), await keysOf(server, bob)];
    await set(server, alice, "key");
    await set(server, alice, "other");
    await set(server, bob, "key", { app_id: "another app" });
    expect(await owners()).toEqual([["key", "other"], ["key"]]);
    await set(server, bob, "key", { append: true });
    expect(await owners()).toEqual([
      ["key", "other"],
      ["key", "key"],
    ]);
    await set(server, bob, "key");
    expect(await owners()).toEqual([["other"], ["key", "key"]]);
    await set(server, bob, "key", { kind: null });
    expect(await owners()).toEqual([["other"], ["key"]]);
  });

  it("is replaced by its user's next with the same name, and removed by its name alone", async () => {
    await using server = await openDevices();
    const { core } = server;
    const owner = await server.login("@alice:example.org", "PHONE");
    const bob = await server.login("@bob:example.org", "B1");
    const pusher = { app_id: "app", pushkey: "key" };
    for (const lang of ["en", "de"]) await putPusher(core, owner, { ...pusher, lang } as typeof pusher, false);
    await putPusher(core, owner, { ...pusher, app_id: "other" }, false);
    await putPusher(core, bob, pusher, true);
    expect((await readPushers(core, owner.userNid)).map((json) => JSON.parse(json) as object)).toEqual([
      { ...pusher, lang: "de" },
      { ...pusher, app_id: "other" },
    ]);
    await removePusher(core, owner.userNid, pusher);
    await removePusher(core, owner.userNid, { ...pusher, pushkey: "missing" });
    expect([(await readPushers(core, owner.userNid)).length, (await readPushers(core, bob.userNid)).length]).toEqual([1, 1]);
  });

  it("is one of so many of its user, and of so many bytes", async () => {
    await using server = await openDevices();
    const { core } = server;
    const owner = await server.login("@alice:example.org", "PHONE");
    const put = (pushkey: string): Promise<void> => putPusher(core, owner, { app_id: "app", pushkey }, false);
    const room = limits.pusherBytes.value - Buffer.byteLength(JSON.stringify({ app_id: "app", pushkey: "" }));
    await expect(put("x".repeat(room + 1))).rejects.toMatchObject({ name: "LimitError", limit: "pusherBytes" });
    await put("x".repeat(room));
    for (let i = 1; i < limits.pushers.value; i++) await put(`${i}`);
    await expect(put("one more")).rejects.toMatchObject({ name: "LimitError", limit: "pushers" });
    await put("1");
  });

  it("stays when its device keeps its session, or refreshes it", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const { body } = await server.request("POST", `${client}/login`, { ...secret(alice), refresh_token: true });
    const phone: TestUser = { userId: alice.userId, accessToken: String(body.access_token), deviceId: String(body.device_id) };
    await set(server, phone, "phone");
    await server.request("POST", `${client}/refresh`, { refresh_token: body.refresh_token });
    const change = { new_password: "another", logout_devices: false, auth: secret(alice) };
    expect((await server.request("POST", `${client}/account/password`, change, alice.accessToken)).status).toBe(200);
    expect(await keysOf(server, alice)).toEqual(["phone"]);
  });

  const gateway = (host: string): object => ({ data: { url: `https://${host}/_matrix/push/v1/notify` } });
  const refused: Record<string, object> = {
    "of an unknown kind": { kind: "carrier-pigeon" },
    "by mail, which the server does not send": { kind: "email" },
    "for another scheme": { data: { url: "ftp://push.example.org/_matrix/push/v1/notify" } },
    "for another path": { data: { url: "https://push.example.org/admin" } },
    "for this machine": gateway("localhost:8008"),
    "for the loopback address": gateway("127.0.0.1"),
    "for the loopback address in one number": gateway("2130706433"),
    "for the loopback address of IPv6": gateway("[::1]"),
    "for a mapped private address": gateway("[::ffff:10.0.0.1]"),
    "for a link-local address": gateway("169.254.169.254"),
    "with credentials": gateway("user:pass@push.example.org"),
  };
  it(`is refused ${Object.keys(refused).join(", ")}`, async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    for (const [what, more] of Object.entries(refused))
      expect([what, await set(server, alice, "key", more)]).toMatchObject([what, { status: 400, body: { errcode: "M_INVALID_PARAM" } }]);
    expect(await keysOf(server, alice)).toEqual([]);
  });

  it("may be for a private address where the configuration allows it", async () => {
    await using server = await testHomeserver({ config: { federation: { allow_private_targets: true } } });
    const alice = await server.register("alice");
    expect((await set(server, alice, "key", gateway("127.0.0.1:5000"))).status).toBe(200);
  });
});
