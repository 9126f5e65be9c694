import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { testHomeserver } from "../testing/index.ts";

const client = "/_matrix/client/v3";
const password = (user: string, secret = "secret"): object => ({
  type: "m.login.password",
  identifier: { type: "m.id.user", user },
  password: secret,
});

describe("sessions", () => {
  it("logs in by localpart and by user ID, and refuses a wrong password and an unknown user alike", async () => {
    await using server = await testHomeserver();
    await server.register("alice");
    for (const user of ["alice", "@alice:localhost", "Alice"])
      expect((await server.request("POST", `${client}/login`, password(user))).body.user_id).toBe("@alice:localhost");
    const wrong = await server.request("POST", `${client}/login`, password("alice", "no"));
    const unknown = await server.request("POST", `${client}/login`, password("nobody"));
    expect([wrong.status, wrong.body]).toEqual([403, unknown.body]);
  });

  it("ends the earlier token of a device that logs in again, and every token with logout/all", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const again = await server.request("POST", `${client}/login`, { ...password("alice"), device_id: alice.deviceId });
    expect(again.body.device_id).toBe(alice.deviceId);
    expect((await server.request("GET", `${client}/devices`, undefined, alice.accessToken)).body.errcode).toBe("M_UNKNOWN_TOKEN");
    await server.request("POST", `${client}/logout/all`, {}, again.body.access_token);
    expect((await server.request("GET", `${client}/devices`, undefined, again.body.access_token)).status).toBe(401);
  });

  it("removes a device only for who proves to be its owner", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const { body: other } = await server.request("POST", `${client}/login`, password("alice"));
    const path = `${client}/devices/${other.device_id}`;
    const asked = await server.request("DELETE", path, {}, alice.accessToken);
    const auth = (secret: string): object => ({ auth: { session: asked.body.session, ...password("alice", secret) } });
    expect((await server.request("DELETE", path, auth("wrong"), alice.accessToken)).status).toBe(401);
    expect((await server.request("DELETE", path, auth("secret"), alice.accessToken)).status).toBe(200);
    expect((await server.request("GET", `${client}/account/whoami`, undefined, other.access_token)).status).toBe(401);
  });

  it("changes the password, and ends the account", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const auth = password("alice");
    expect((await server.request("POST", `${client}/account/password`, { new_password: "new", auth }, alice.accessToken)).status).toBe(200);
    expect((await server.request("POST", `${client}/login`, password("alice"))).status).toBe(403);
    await server.request("POST", `${client}/account/deactivate`, { auth: password("alice", "new") }, alice.accessToken);
    expect((await server.request("POST", `${client}/login`, password("alice", "new"))).body.errcode).toBe("M_USER_DEACTIVATED");
    expect((await server.request("GET", `${client}/register/available?username=alice`)).body.errcode).toBe("M_USER_IN_USE");
  });

  it("knows accounts, tokens and data after a restart", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "patrix-restart-"));
    const first = await testHomeserver({ dataDir });
    const alice = await first.register("alice");
    await first.request("PUT", `${client}/user/${alice.userId}/account_data/x`, { a: 1 }, alice.accessToken);
    await first.stop();
    const second = await testHomeserver({ dataDir });
    expect((await second.request("GET", `${client}/user/${alice.userId}/account_data/x`, undefined, alice.accessToken)).body).toEqual({
      a: 1,
    });
    await second.register("bob");
    await second.stop();
    await rm(dataDir, { recursive: true });
  });
});
