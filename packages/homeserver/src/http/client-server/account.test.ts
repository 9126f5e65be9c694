import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestHomeserver, testHomeserver, type TestUser } from "../../testing/index.ts";

let server: TestHomeserver;
beforeAll(async () => {
  server = await testHomeserver();
});
afterAll(() => server[Symbol.asyncDispose]());

const proof = (user: TestUser, password = "secret"): object => ({
  type: "m.login.password",
  identifier: { type: "m.id.user", user: user.userId },
  password,
});

async function login(user: TestUser, deviceId: string): Promise<TestUser> {
  const { body } = await server.request("POST", "/_matrix/client/v3/login", { ...proof(user), device_id: deviceId });
  return { userId: user.userId, accessToken: body["access_token"] ?? "", deviceId };
}

const isLoggedIn = async (user: TestUser): Promise<boolean> => (await server.requestAs(user, "GET", "/account/whoami")).status === 200;

describe("a new password", () => {
  it.each([
    [{ logout_devices: false }, true],
    [{ logout_devices: true }, false],
    [{}, false],
  ])("with %j leaves the device that asked logged in, and others: %j", async (settings, stays) => {
    const user = await server.register(`user${JSON.stringify(settings).length}`);
    const other = await login(user, "OTHER");
    const change = { new_password: "another secret", auth: proof(user), ...settings };
    expect(await server.requestAs(user, "POST", "/account/password", change)).toMatchObject({ status: 200, body: {} });
    expect([await isLoggedIn(user), await isLoggedIn(other)]).toEqual([true, stays]);
    const again = { ...change, new_password: "a third secret" };
    expect((await server.requestAs(user, "POST", "/account/password", again)).status).toBe(401);
  });
});

describe("the owner of a token", () => {
  it("is told with the device, and whether it is a guest", async () => {
    const user = await server.register("owner");
    const { body } = await server.requestAs(user, "GET", "/account/whoami");
    expect(body).toEqual({ user_id: user.userId, device_id: user.deviceId, is_guest: false });
    const guest = (await server.request("POST", "/_matrix/client/v3/register?kind=guest", {})).body;
    const whoami = await server.request("GET", "/_matrix/client/v3/account/whoami", undefined, guest["access_token"]);
    expect(whoami.body).toMatchObject({ user_id: guest["user_id"], is_guest: true });
  });

  it("gets OpenID tokens of this server, which are valid for an hour", async () => {
    const user = await server.register("openid");
    const { body } = await server.requestAs(user, "POST", `/user/${user.userId}/openid/request_token`, {});
    const token = expect.stringMatching(/^pao_/);
    expect(body).toEqual({ access_token: token, token_type: "Bearer", matrix_server_name: "localhost", expires_in: 3600 });
    expect((await server.requestAs(user, "GET", "/account/3pid")).body).toEqual({ threepids: [] });
  });

  it("can end the account, which keeps its name", async () => {
    const user = await server.register("leaver");
    const { body } = await server.requestAs(user, "POST", "/account/deactivate", { auth: proof(user) });
    expect([body, await isLoggedIn(user)]).toEqual([{ id_server_unbind_result: "no-support" }, false]);
    const taken = { username: "leaver", password: "secret", auth: { type: "m.login.dummy" } };
    expect((await server.request("POST", "/_matrix/client/v3/register", taken)).body.errcode).toBe("M_USER_IN_USE");
  });
});

describe("a user's devices", () => {
  const devices = async (user: TestUser): Promise<string[]> => {
    const { body } = await server.requestAs<{ devices: { device_id: string }[] }>(user, "GET", "/devices");
    return body.devices.map(({ device_id: id }) => id).toSorted();
  };

  it("are renamed one by one, and only where a name is given", async () => {
    const user = await server.register("renamer");
    await login(user, "OTHER");
    expect(await server.requestAs(user, "PUT", "/devices/OTHER", { display_name: "Phone" })).toMatchObject({ status: 200, body: {} });
    expect(await server.requestAs(user, "PUT", "/devices/OTHER", {})).toMatchObject({ status: 200, body: {} });
    expect((await server.requestAs(user, "GET", "/devices/OTHER")).body).toMatchObject({ device_id: "OTHER", display_name: "Phone" });
    expect((await server.requestAs(user, "GET", `/devices/${user.deviceId}`)).body.display_name).not.toBe("Phone");
    for (const body of [{ display_name: "x" }, {}]) expect((await server.requestAs(user, "PUT", "/devices/NONE", body)).status).toBe(404);
  });

  it("are removed by their names, and the others stay", async () => {
    const user = await server.register("remover");
    for (const id of ["A", "B", "C", "D"]) await login(user, id);
    expect(await server.requestAs(user, "DELETE", "/devices/A", { auth: proof(user) })).toMatchObject({ status: 200, body: {} });
    expect(await devices(user)).toEqual(["B", "C", "D", user.deviceId].toSorted());
    const removed = { devices: ["B", "D"], auth: proof(user) };
    expect(await server.requestAs(user, "POST", "/delete_devices", removed)).toMatchObject({ status: 200, body: {} });
    expect(await devices(user)).toEqual(["C", user.deviceId].toSorted());
  });
});
