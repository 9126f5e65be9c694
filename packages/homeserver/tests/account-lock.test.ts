import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AnyBody, type TestHomeserver, testHomeserver, type TestResponse, type TestUser } from "../src/testing/index.ts";

const lockPath = (userId: string): string => `/_matrix/client/v1/admin/lock/${encodeURIComponent(userId)}`;
const refusal = { errcode: "M_USER_LOCKED", soft_logout: true };

describe("a locked account", () => {
  let server: TestHomeserver;
  let admin: TestUser;
  let alice: TestUser;
  let bob: TestUser;

  beforeAll(async () => {
    server = await testHomeserver({ config: { admins: ["@admin:localhost"] } });
    [admin, alice, bob] = [await server.register("admin"), await server.register("alice"), await server.register("bob")];
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const lock = (userId: string, locked: boolean, by = admin): Promise<TestResponse<AnyBody>> =>
    server.request("PUT", lockPath(userId), { locked }, by.accessToken);
  const login = (user: string, password = "secret"): Promise<TestResponse<AnyBody>> =>
    server.request("POST", "/_matrix/client/v3/login", { type: "m.login.password", identifier: { type: "m.id.user", user }, password });

  it("can do nothing but log out until it is unlocked, with the same sessions as before", async () => {
    const other = await server.register("carol");
    expect(await lock(other.userId, true)).toMatchObject({ status: 200, body: { locked: true } });
    expect((await server.request("GET", lockPath(other.userId), undefined, admin.accessToken)).body).toEqual({ locked: true });
    for (const [method, path] of [
      ["GET", "/account/whoami"],
      ["GET", "/sync"],
      ["POST", "/createRoom"],
    ] as const)
      expect(await server.requestAs(other, method, path, method === "POST" ? {} : undefined)).toMatchObject({ status: 401, body: refusal });
    expect(await login("carol")).toMatchObject({ status: 401, body: refusal });
    expect((await lock(other.userId, false)).body).toEqual({ locked: false });
    expect((await server.requestAs(other, "GET", "/account/whoami")).body["device_id"]).toBe(other.deviceId);
    await lock(other.userId, true);
    expect((await server.requestAs(other, "POST", "/logout", {})).status).toBe(200);
    await lock(other.userId, false);
    expect((await server.requestAs(other, "GET", "/account/whoami")).body["errcode"]).toBe("M_UNKNOWN_TOKEN");
  });

  it("is told only to who knows the password", async () => {
    await lock(bob.userId, true);
    expect(await login("bob", "wrong")).toMatchObject({ status: 403, body: { errcode: "M_FORBIDDEN" } });
    await lock(bob.userId, false);
  });

  it.each([false, true])("gets no news by a poll that was open before; with a message at the same time: %s", async (isMessage) => {
    const room = await server.createRoom(alice, { preset: "public_chat" });
    await server.requestAs(bob, "POST", `/rooms/${room}/join`, {});
    const { next_batch: since } = (await server.requestAs(bob, "GET", "/sync")).body;
    const polls = Array.from({ length: 5 }, () => server.requestAs(bob, "GET", `/sync?since=${String(since)}&timeout=4000`));
    await new Promise((resolve) => setImmediate(resolve));
    await lock(bob.userId, true);
    const path = `/rooms/${room}/send/m.room.message/1`;
    if (isMessage) await server.requestAs(alice, "PUT", path, { msgtype: "m.text", body: "not for bob" });
    for (const { status, body } of await Promise.all(polls)) {
      expect([status, body["errcode"]]).toEqual([401, "M_USER_LOCKED"]);
      expect(JSON.stringify(body)).not.toContain("not for bob");
    }
    await lock(bob.userId, false);
  });

  it("stays locked across a restart", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "patrix-"));
    const config = { admins: ["@root:localhost"] };
    const before = await testHomeserver({ dataDir, config });
    const [root, dave] = [await before.register("root"), await before.register("dave")];
    await before.request("PUT", lockPath(dave.userId), { locked: true }, root.accessToken);
    await before[Symbol.asyncDispose]();
    await using after = await testHomeserver({ dataDir, config });
    expect(await after.requestAs(dave, "GET", "/account/whoami")).toMatchObject({ status: 401, body: refusal });
    expect((await after.requestAs(root, "GET", "/account/whoami")).status).toBe(200);
    await rm(dataDir, { recursive: true });
  });

  it("is a matter of administrators, who cannot lock themselves", async () => {
    expect(await lock(bob.userId, true, alice)).toMatchObject({ status: 403, body: { errcode: "M_FORBIDDEN" } });
    expect((await server.request("GET", lockPath(bob.userId), undefined, alice.accessToken)).body["errcode"]).toBe("M_FORBIDDEN");
    expect(await lock(admin.userId, true)).toMatchObject({ status: 403, body: { errcode: "M_FORBIDDEN" } });
    expect(await lock("@nobody:localhost", true)).toMatchObject({ status: 404, body: { errcode: "M_NOT_FOUND" } });
    expect(await lock("@bob:elsewhere.example", true)).toMatchObject({ status: 400, body: { errcode: "M_INVALID_PARAM" } });
    const capabilities = async (user: TestUser): Promise<unknown> =>
      (await server.requestAs(user, "GET", "/capabilities")).body["capabilities"]?.["m.account_moderation"];
    expect([await capabilities(admin), await capabilities(alice)]).toEqual([{ lock: true, suspend: true }, undefined]);
  });
});
