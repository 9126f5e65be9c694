import { describe, expect, it } from "vitest";
import { type AnyBody, type TestHomeserver, testHomeserver, type TestResponse } from "../src/testing/index.ts";

const client = "/_matrix/client/v3";
const auth = { type: "m.login.dummy" };

function register(server: TestHomeserver, body: object, query = ""): Promise<TestResponse<AnyBody>> {
  return server.request("POST", `${client}/register${query}`, body);
}

describe("a guest who registers", () => {
  it("keeps name, rooms and devices, and is a guest no more", async () => {
    await using server = await testHomeserver();
    const { body: guest } = await register(server, {}, "?kind=guest");
    const [token, userId] = [String(guest["access_token"]), String(guest["user_id"])];
    const username = userId.slice(1, userId.indexOf(":"));
    const whoami = (accessToken: string): Promise<TestResponse<AnyBody>> =>
      server.request("GET", `${client}/account/whoami`, undefined, accessToken);
    expect((await whoami(token)).body["is_guest"]).toBe(true);
    const asked = await register(server, { username, password: "secret", guest_access_token: token });
    expect(asked.status).toBe(401);
    const done = await register(server, { auth: { ...auth, session: asked.body["session"] } });
    expect(done).toMatchObject({ status: 200, body: { user_id: userId } });
    for (const accessToken of [token, String(done.body["access_token"])])
      expect((await whoami(accessToken)).body).toMatchObject({ user_id: userId, is_guest: false });
    expect((await server.request("POST", `${client}/createRoom`, {}, token)).status).toBe(200);
    const login = { type: "m.login.password", user: username, password: "secret" };
    expect((await server.request("POST", `${client}/login`, login)).body["user_id"]).toBe(userId);
  });

  it("needs their own token, their own name and a password", async () => {
    await using server = await testHomeserver();
    const { body: guest } = await register(server, {}, "?kind=guest");
    const [token, userId] = [String(guest["access_token"]), String(guest["user_id"])];
    const username = userId.slice(1, userId.indexOf(":"));
    const alice = await server.register("alice");
    const { body: open } = await register(server, { username: "open", auth });
    const tries: [object, number, string][] = [
      // Whoever has got hold of the token of an account without a password must not give it one.
      [{ username: "open", password: "secret", guest_access_token: open["access_token"] }, 403, "M_FORBIDDEN"],
      [{ username, password: "secret" }, 400, "M_USER_IN_USE"],
      [{ username, password: "secret", guest_access_token: "made up" }, 403, "M_FORBIDDEN"],
      [{ username: "bob", password: "secret", guest_access_token: token }, 403, "M_FORBIDDEN"],
      [{ username: "alice", password: "secret", guest_access_token: alice.accessToken }, 403, "M_FORBIDDEN"],
      [{ username, guest_access_token: token }, 400, "M_MISSING_PARAM"],
    ];
    for (const [body, status, errcode] of tries)
      expect(await register(server, { ...body, auth })).toMatchObject({ status, body: { errcode } });
    expect((await server.request("GET", `${client}/account/whoami`, undefined, token)).body["is_guest"]).toBe(true);
  });
});
