import { createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testHomeserver, type TestUser } from "@patrix/homeserver/testing";
import { describe, expect } from "vitest";
import { advisory, type Answer, as, client, createRoom, secret } from "./advisory.ts";

const dummy = { type: "m.login.dummy" };
const key = (letter: string): string => `${letter.repeat(42)}A`;

describe("advisories about accounts", () => {
  advisory(1, "tokens are long, random and never the same", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const tokens = new Set([alice.accessToken]);
    for (let i = 0; i < 50; i++) tokens.add(String((await server.request("POST", `${client}/login`, secret(alice))).body["access_token"]));
    expect(tokens.size).toBe(51);
    const random = [...tokens].map((token) => token.slice(token.indexOf("_") + 1));
    for (const text of random) expect(Buffer.from(text, "base64url")).toHaveLength(32);
    // Each place of the tokens takes many values: nothing of them counts or follows.
    for (let at = 0; at < 40; at++) expect(new Set(random.map((text) => text[at])).size).toBeGreaterThan(20);
  });

  advisory(3, "no operation that needs a token takes none, a wrong one or another user's for what is another's", async () => {
    await using server = await testHomeserver();
    const [alice, bob] = [await server.register("alice"), await server.register("bob")];
    const own = `/user/${alice.userId}`;
    const requests: [string, string, unknown][] = [
      ["GET", `${own}/account_data/m.direct`, undefined],
      ["PUT", `${own}/account_data/m.direct`, {}],
      ["POST", `${own}/filter`, {}],
      ["POST", `${own}/openid/request_token`, {}],
      ["PUT", `/profile/${alice.userId}/displayname`, { displayname: "x" }],
    ];
    for (const [method, path, body] of requests) {
      expect([path, (await server.request(method, client + path, body)).body["errcode"]]).toEqual([path, "M_MISSING_TOKEN"]);
      expect([path, (await server.request(method, client + path, body, "wrong")).body["errcode"]]).toEqual([path, "M_UNKNOWN_TOKEN"]);
      expect([path, (await as(server, bob)(method, path, body)).body["errcode"]]).toEqual([path, "M_FORBIDDEN"]);
    }
  });

  advisory(4, "no login outlives a deactivation that happens meanwhile, and none comes after it", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const logins = Array.from({ length: 50 }, () => server.request("POST", `${client}/login`, secret(alice)));
    await as(server, alice)("POST", "/account/deactivate", { auth: secret(alice) });
    for (const { status, body } of await Promise.all(logins))
      if (status === 200)
        expect((await server.request("GET", `${client}/account/whoami`, undefined, String(body["access_token"]))).status).toBe(401);
    for (const type of ["m.login.password", "m.login.token", "m.login.application_service", "org.matrix.login.jwt", "m.login.dummy"]) {
      const { status } = await server.request("POST", `${client}/login`, { ...secret(alice), type, token: "x" });
      expect([type, status >= 400]).toEqual([type, true]);
    }
  });

  advisory(6, "the password of a change in two steps is in no file", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "patrix-advisory-"));
    await using server = await testHomeserver({ dataDir });
    const alice = await server.register("alice");
    const change = { new_password: "a-very-visible-password" };
    const asked = await as(server, alice)("POST", "/account/password", change);
    expect(asked.status).toBe(401);
    const auth = { ...secret(alice), session: asked.body["session"] };
    expect((await as(server, alice)("POST", "/account/password", { ...change, auth })).status).toBe(200);
    await server.stop();
    const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(0);
    for (const { parentPath, name } of files)
      expect(readFileSync(join(parentPath, name), "latin1")).not.toContain("a-very-visible-password");
    await rm(dataDir, { recursive: true });
  });

  advisory(7, "nothing of one user is of use to another: sessions, refresh tokens, device IDs, names that look alike", async () => {
    await using server = await testHomeserver();
    const [alice, mallory] = [await server.register("alice"), await server.register("mallory")];
    const asked = await as(server, alice)("DELETE", `/devices/${alice.deviceId}`, {});
    const auth = { ...secret(mallory), session: asked.body["session"] };
    expect((await as(server, mallory)("DELETE", `/devices/${alice.deviceId}`, { auth })).status).toBe(401);
    expect((await as(server, mallory)("DELETE", `/devices/${alice.deviceId}`, { auth: secret(mallory) })).status).toBe(200);
    expect((await as(server, mallory)("DELETE", `/devices/${alice.deviceId}`, { auth: secret(alice) })).status).toBe(403);
    expect((await as(server, alice)("GET", "/account/whoami")).status).toBe(200);
    const login = await server.request("POST", `${client}/login`, { ...secret(mallory), device_id: alice.deviceId });
    expect(login.body["user_id"]).toBe(mallory.userId);
    expect((await as(server, alice)("GET", "/account/whoami")).body["user_id"]).toBe(alice.userId);
    const refresh = await server.request("POST", `${client}/refresh`, { refresh_token: alice.accessToken });
    expect(refresh.status).toBe(401);
    for (const username of ["Alice", "ALICE", "alicE", "ａlice", "alıce"])
      expect((await server.request("POST", `${client}/register`, { username, password: "x", auth: dummy })).status).toBe(400);
  });

  advisory(8, "an account without a password passes no proof of identity, and no password is its own", async () => {
    await using server = await testHomeserver();
    const { body } = await server.request("POST", `${client}/register`, { username: "alice", auth: dummy });
    const alice: TestUser = { userId: "@alice:localhost", accessToken: String(body["access_token"]), deviceId: String(body["device_id"]) };
    for (const password of ["", "null", "undefined", " ", "*", "!"])
      expect((await server.request("POST", `${client}/login`, secret(alice, password))).status).toBe(403);
    for (const auth of [dummy, secret(alice, ""), { type: "m.login.token", token: "" }])
      expect((await as(server, alice)("POST", "/account/deactivate", { auth })).status).toBe(403);
  });

  advisory(9, "fifty at once register one name once, capitals included, and the losers get no token", async () => {
    await using server = await testHomeserver();
    const tries = Array.from({ length: 50 }, (_, i) =>
      server.request("POST", `${client}/register`, { username: i % 2 ? "wanted" : "Wanted", password: "secret", auth: dummy }),
    );
    const answers = await Promise.all(tries);
    expect(answers.filter(({ body }) => "access_token" in body)).toHaveLength(1);
    expect(answers.filter(({ body }) => body["errcode"] === "M_USER_IN_USE")).toHaveLength(49);
  });

  advisory(14, "every stored text has a size, and what passes it is refused", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const send = as(server, alice);
    const room = await createRoom(send);
    const large = "x".repeat(700_000);
    const event = (await send("PUT", `/rooms/${room}/send/m.room.message/1`, { msgtype: "m.text", body: "x" })).body["event_id"];
    const requests: [string, string, unknown][] = [
      ["POST", `/rooms/${room}/receipt/m.read/${event}`, { thread_id: large }],
      ["PUT", `/user/${alice.userId}/account_data/org.example`, { large }],
      ["PUT", `/profile/${alice.userId}/displayname`, { displayname: large }],
      ["PUT", `/devices/${alice.deviceId}`, { display_name: large }],
      ["PUT", `/rooms/${room}/send/m.room.message/2`, { body: large }],
      ["PUT", "/sendToDevice/m.test/1", { messages: { [alice.userId]: { [alice.deviceId]: { large } } } }],
      ["PUT", "/pushrules/global/content/x", { pattern: large, actions: [] }],
      ["POST", "/login", { ...secret(alice), device_id: large }],
      ["POST", "/register", { username: large, password: "secret", auth: dummy }],
      ["POST", "/register", { username: "x", password: large, auth: dummy }],
    ];
    for (const [method, path, body] of requests) {
      const { status } = await send(method, path, body);
      expect([path, status === 400 || status === 413]).toEqual([path, true]);
    }
  });

  advisory(29, "names of devices are told only to who shares a room, and no other server's devices to anybody", async () => {
    await using server = await testHomeserver();
    const [alice, bob] = [await server.register("alice"), await server.register("bob")];
    await as(server, alice)("PUT", `/devices/${alice.deviceId}`, { display_name: "private" });
    const deviceKeys = {
      user_id: alice.userId,
      device_id: alice.deviceId,
      algorithms: [],
      signatures: {},
      keys: { [`ed25519:${alice.deviceId}`]: key("A") },
    };
    await as(server, alice)("POST", "/keys/upload", { device_keys: deviceKeys });
    const query = { device_keys: { [alice.userId]: [], "@eve:elsewhere.example": [] } };
    const { body } = await as(server, bob)("POST", "/keys/query", query);
    expect(JSON.stringify(body)).not.toContain("private");
    expect(Object.keys(body["device_keys"] ?? {})).toEqual([alice.userId]);
  });

  advisory(72, "device keys are named by their device, and are keys", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const upload = (keys: unknown, more: object = {}): Answer =>
      as(server, alice)("POST", "/keys/upload", {
        device_keys: { user_id: alice.userId, device_id: alice.deviceId, algorithms: [], signatures: {}, keys, ...more },
      });
    const own = { [`ed25519:${alice.deviceId}`]: key("A") };
    for (const keys of [{}, [], "x", null, { "ed25519:OTHER": key("A") }, { [`ed25519:${alice.deviceId}`]: "not base64!" }])
      expect((await upload(keys)).status).toBe(400);
    expect((await upload(own, { junk: "x".repeat(66_000) })).status).toBe(413);
    expect((await upload(own, { user_id: "@bob:localhost" })).status).toBe(400);
    expect((await upload(own)).status).toBe(200);
  });

  advisory(80, "a pusher goes with its session", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const other = await server.request("POST", `${client}/login`, secret(alice));
    const data = { url: "https://push.example.org/_matrix/push/v1/notify" };
    const pusher = { pushkey: "k", kind: "http", app_id: "a", app_display_name: "A", device_display_name: "D", lang: "en", data };
    expect((await server.request("POST", `${client}/pushers/set`, pusher, String(other.body["access_token"]))).status).toBe(200);
    await as(server, alice)("POST", "/account/password", { new_password: "another", auth: secret(alice) });
    expect((await as(server, alice)("GET", "/pushers")).body).toEqual({ pushers: [] });
  });

  advisory(89, "no device is called as a cross-signing key, nor the other way round", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const upload = (text: string): Answer =>
      as(server, alice)("POST", "/keys/device_signing/upload", {
        master_key: { user_id: alice.userId, usage: ["master"], keys: { [`ed25519:${text}`]: text } },
      });
    const login = (id: string): Answer => server.request("POST", `${client}/login`, { ...secret(alice), device_id: id });
    expect((await login(key("C"))).status).toBe(200);
    expect((await upload(key("C"))).status).toBe(403);
    expect((await upload(key("B"))).status).toBe(200);
    expect((await login(key("B"))).status).toBe(400);
  });

  advisory(94, "quotes in every stored text are data", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const send = as(server, alice);
    const text = `'"; drop table users; --`;
    const name = encodeURIComponent(text);
    const room = await createRoom(send, { name: text });
    const tag = `/user/${alice.userId}/rooms/${room}/tags`;
    expect((await send("PUT", `${tag}/${name}`, {})).status).toBe(200);
    expect(Object.keys((await send("GET", tag)).body["tags"] ?? {})).toEqual([text]);
    expect((await send("PUT", `/user/${alice.userId}/account_data/${name}`, { text })).status).toBe(200);
    expect((await send("GET", `/user/${alice.userId}/account_data/${name}`)).body).toEqual({ text });
    expect((await send("PUT", `/rooms/${room}/state/${name}/${name}`, { text })).status).toBe(200);
    expect((await send("GET", `/rooms/${room}/state/${name}/${name}`)).body).toEqual({ text });
    expect((await server.request("POST", `${client}/login`, { type: "m.login.password", user: text, password: text })).status).toBe(403);
    expect((await send("GET", "/account/whoami")).status).toBe(200);
    const { nonce } = (await server.request("GET", "/_synapse/admin/v1/register")).body;
    const mac = createHmac("sha1", "shared").update([nonce, text, text, "notadmin"].join("\0")).digest("hex");
    expect((await server.request("POST", "/_synapse/admin/v1/register", { nonce, username: text, password: text, mac })).status).toBe(400);
  });
});
