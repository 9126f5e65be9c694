import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hash } from "bcryptjs";
import { describe, expect, it } from "vitest";
import { queryDatabase } from "../../tests/query-database.ts";
import { composed } from "../../tests/remote/compose.ts";
import { testHomeserver } from "../testing/index.ts";

const client = "/_matrix/client/v3";
describe("registration", () => {
  it("asks for the dummy stage and takes it in the session", async () => {
    await using server = await testHomeserver();
    const asked = await server.request("POST", `${client}/register`, { username: "Alice", password: "secret" });
    expect(asked.status).toBe(401);
    expect(asked.body.flows).toEqual([{ stages: ["m.login.dummy"] }]);
    const { session } = asked.body;
    const done = await server.request("POST", `${client}/register`, {
      username: "Alice",
      password: "secret",
      auth: { type: "m.login.dummy", session },
    });
    expect(done.body.user_id).toBe("@alice:localhost");
    expect((await server.request("GET", `${client}/account/whoami`, undefined, done.body.access_token)).body.device_id).toBe(
      done.body.device_id,
    );
  });

  it("gives a name to one of many who want it at once", async () => {
    await using server = await testHomeserver();
    const tries = Array.from({ length: 12 }, () =>
      server.request("POST", `${client}/register`, { username: "wanted", password: "x", auth: { type: "m.login.dummy" } }),
    );
    const codes = (await Promise.all(tries)).map(({ status }) => status).toSorted((a, b) => a - b);
    expect(codes).toEqual([200, ...Array.from({ length: 11 }, () => 400)]);
  });

  it("does not log in with inhibit_login, and is closed where the configuration says so", async () => {
    await using server = await testHomeserver();
    const { body } = await server.request("POST", `${client}/register`, {
      username: "a",
      inhibit_login: true,
      auth: { type: "m.login.dummy" },
    });
    expect(body).toEqual({ user_id: "@a:localhost", home_server: "localhost" });
    await using closed = await testHomeserver({ config: { registration: {} } });
    const refused = await closed.request("POST", `${client}/register`, { username: "a", auth: { type: "m.login.dummy" } });
    expect([refused.status, refused.body.errcode]).toEqual([403, "M_FORBIDDEN"]);
  });

  it("takes a registration token where one is needed", async () => {
    await using server = await testHomeserver({
      config: { registration: { enabled: true, tokens_required: true, tokens: ["let-me-in"] } },
    });
    const auth = (token: string): object => ({ username: "a", auth: { type: "m.login.registration_token", token } });
    const wrong = await server.request("POST", `${client}/register`, auth("wrong"));
    expect([wrong.status, wrong.body.errcode, wrong.body.flows]).toEqual([
      401,
      "M_FORBIDDEN",
      [{ stages: ["m.login.registration_token"] }],
    ]);
    expect((await server.request("POST", `${client}/register`, auth("let-me-in"))).status).toBe(200);
  });

  it("admits guests to what is theirs only", async () => {
    await using server = await testHomeserver();
    const { body: guest } = await server.request("POST", `${client}/register?kind=guest`, {});
    expect((await server.request("GET", `${client}/account/whoami`, undefined, guest.access_token)).body.is_guest).toBe(true);
    expect((await server.request("POST", `${client}/createRoom`, {}, guest.access_token)).body.errcode).toBe("M_GUEST_ACCESS_FORBIDDEN");
  });
});

describe("an account of a server that moved in", () => {
  it("logs in with its password, whose hash is replaced by one of this server's", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "patrix-"));
    const config = { passwords: { cost: "fast", pepper: "+salty" } } as const;
    const before = await testHomeserver({ dataDir, config });
    const { accessToken } = await before.register("alice");
    await before[Symbol.asyncDispose]();
    const storedHash = async (): Promise<unknown> =>
      (await queryDatabase<{ password_hash: string }>(dataDir, "select password_hash from accounts"))[0]?.password_hash;
    await queryDatabase(dataDir, `update accounts set password_hash = '$bcrypt-nfkc${await hash("old+salty", 4)}'`);
    {
      await using server = await testHomeserver({ dataDir, config });
      const login = (password: string) =>
        server.request("POST", `${client}/login`, { type: "m.login.password", identifier: { type: "m.id.user", user: "alice" }, password });
      expect((await login("new")).status).toBe(403);
      expect(await storedHash()).toMatch(/^\$bcrypt/);
      expect((await login("old")).status).toBe(200);
      expect(await storedHash()).toMatch(/^\$argon2id/);
      expect((await login("old")).status).toBe(200);
      expect((await login("new")).status).toBe(403);
      // Who was logged in stays so.
      expect((await server.request("GET", `${client}/account/whoami`, undefined, accessToken)).status).toBe(200);
    }
    await rm(dataDir, { recursive: true });
  });
});

describe("a deactivated account", () => {
  it.each([{ erase: false }, { erase: true }])("has no device and no profile, with %j, and is not proven again", async (settings) => {
    await using server = await composed();
    const { accounts, sessions, profiles } = server.parts.accounts;
    const created = await accounts.create({ localpart: "alice", password: "secret" });
    const other = await accounts.create({ localpart: "bob", password: "secret" });
    for (const account of [created, created, other]) await sessions.open(account, {});
    await profiles.set(created.userNid, created.userId, "displayname", { displayname: "Alice" });
    await accounts.deactivate(await accounts.authenticate(created.userId, "secret"), settings);
    expect([await sessions.devices(created.userNid), (await sessions.devices(other.userNid)).length]).toEqual([[], 1]);
    expect(await profiles.read(created.userId)).toBeUndefined();
    await expect(accounts.authenticate(created.userId, "secret")).rejects.toMatchObject({ name: "AccountError" });
    await expect(accounts.deactivate(created, settings)).rejects.toMatchObject({ code: "DEACTIVATED" });
  });
});
