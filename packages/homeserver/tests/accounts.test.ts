import { createHmac } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { testHomeserver } from "../src/testing/index.ts";

interface PushRulesSync {
  readonly account_data: {
    readonly events: readonly { readonly content: { readonly global: { readonly content: readonly unknown[] } } }[];
  };
}

const client = "/_matrix/client/v3";
const password = (user: string, secret = "secret"): object => ({
  type: "m.login.password",
  identifier: { type: "m.id.user", user },
  password: secret,
});

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

  it("registers by shared secret as Synapse's tools do, each nonce once", async () => {
    await using server = await testHomeserver();
    const { nonce } = (await server.request("GET", "/_synapse/admin/v1/register")).body;
    const mac = createHmac("sha1", "shared").update([nonce, "root", "pw", "admin"].join("\0")).digest("hex");
    const body = { nonce, username: "root", password: "pw", admin: true, mac };
    expect((await server.request("POST", "/_synapse/admin/v1/register", body)).body.user_id).toBe("@root:localhost");
    expect((await server.request("POST", "/_synapse/admin/v1/register", body)).status).toBe(400);
  });
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

describe("data of a user", () => {
  it("shows a changed display name in the joined rooms", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const { room_id: room } = (await server.request("POST", `${client}/createRoom`, {}, alice.accessToken)).body;
    await server.request("PUT", `${client}/profile/${alice.userId}/displayname`, { displayname: "Al" }, alice.accessToken);
    // It is shown room by room, after the answer.
    const shown = async (): Promise<unknown> =>
      (await server.request("GET", `${client}/rooms/${room}/state/m.room.member/${alice.userId}`, undefined, alice.accessToken)).body
        .displayname;
    await expect.poll(shown).toBe("Al");
  });

  it("keeps fields of any name in a profile", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const path = `${client}/profile/${alice.userId}/org.example.pronouns`;
    await server.request("PUT", path, { "org.example.pronouns": ["she"] }, alice.accessToken);
    expect((await server.request("GET", path)).body).toEqual({ "org.example.pronouns": ["she"] });
    await server.request("DELETE", path, undefined, alice.accessToken);
    expect((await server.request("GET", path)).status).toBe(404);
  });

  it("stores filters, the same one under the same ID", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const path = `${client}/user/${alice.userId}/filter`;
    const filter = { room: { timeline: { limit: 3 } } };
    const [a, b] = await Promise.all([
      server.request("POST", path, filter, alice.accessToken),
      server.request("POST", path, filter, alice.accessToken),
    ]);
    expect(a.body).toEqual(b.body);
    expect((await server.request("GET", `${path}/${a.body.filter_id}`, undefined, alice.accessToken)).body).toEqual(filter);
  });

  it("keeps tags, and wakes a waiting sync with account data", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const { room_id: room } = (await server.request("POST", `${client}/createRoom`, {}, alice.accessToken)).body;
    const { next_batch: since } = (await server.request("GET", `${client}/sync`, undefined, alice.accessToken)).body;
    const waiting = server.request("GET", `${client}/sync?since=${since}&timeout=20000`, undefined, alice.accessToken);
    const tags = `${client}/user/${alice.userId}/rooms/${room}/tags`;
    await server.request("PUT", `${tags}/m.favourite`, { order: 0.5 }, alice.accessToken);
    expect((await waiting).body["rooms"]?.["join"]?.[room!]?.["account_data"]?.["events"]).toEqual([
      { type: "m.tag", content: { tags: { "m.favourite": { order: 0.5 } } } },
    ]);
    await server.request("DELETE", `${tags}/m.favourite`, undefined, alice.accessToken);
    expect((await server.request("GET", tags, undefined, alice.accessToken)).body).toEqual({ tags: {} });
  });

  it("changes push rules, which sync shows", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const rule = `${client}/pushrules/global/content/cake`;
    await server.request("PUT", rule, { pattern: "cake", actions: ["notify"] }, alice.accessToken);
    await server.request("PUT", `${rule}/enabled`, { enabled: false }, alice.accessToken);
    await server.request("PUT", `${rule}/actions`, { actions: [] }, alice.accessToken);
    const expected = { rule_id: "cake", default: false, enabled: false, pattern: "cake", actions: [] };
    expect((await server.request("GET", rule, undefined, alice.accessToken)).body).toEqual(expected);
    const sync = await server.request<PushRulesSync>("GET", `${client}/sync`, undefined, alice.accessToken);
    expect(sync.body.account_data.events[0]!.content.global.content[0]).toEqual(expected);
    expect((await server.request("DELETE", rule, undefined, alice.accessToken)).status).toBe(200);
    expect((await server.request("GET", rule, undefined, alice.accessToken)).status).toBe(404);
  });

  it("keeps pushers, a key belonging to the user who set it last", async () => {
    await using server = await testHomeserver();
    const [alice, bob] = [await server.register("alice"), await server.register("bob")];
    const data = { url: "https://push.example.org/_matrix/push/v1/notify" };
    const pusher = { kind: "http", app_id: "a", pushkey: "k", app_display_name: "A", device_display_name: "D", lang: "en", data };
    await server.request("POST", `${client}/pushers/set`, pusher, alice.accessToken);
    expect((await server.request("GET", `${client}/pushers`, undefined, alice.accessToken)).body).toEqual({ pushers: [pusher] });
    await server.request("POST", `${client}/pushers/set`, pusher, bob.accessToken);
    expect((await server.request("GET", `${client}/pushers`, undefined, alice.accessToken)).body).toEqual({ pushers: [] });
    await server.request("POST", `${client}/pushers/set`, { ...pusher, kind: null }, bob.accessToken);
    expect((await server.request("GET", `${client}/pushers`, undefined, bob.accessToken)).body).toEqual({ pushers: [] });
  });

  it("tells a waiting sync at once that its device was logged out", async () => {
    await using server = await testHomeserver();
    const { accessToken } = await server.register("alice");
    const { body } = await server.request("GET", `${client}/sync`, undefined, accessToken);
    const waiting = server.request("GET", `${client}/sync?timeout=60000&since=${body["next_batch"]}`, undefined, accessToken);
    await server.request("GET", `${client}/account/whoami`, undefined, accessToken);
    await server.request("POST", `${client}/logout`, {}, accessToken);
    expect(await waiting).toMatchObject({ status: 401, body: { errcode: "M_UNKNOWN_TOKEN" } });
  });
});
