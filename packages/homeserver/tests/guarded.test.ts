// What a security review found open: each test tries what it tried.
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { describe, expect, it } from "vitest";
import { type AnyBody, type TestHomeserver, testHomeserver, type TestResponse, type TestUser } from "../src/testing/index.ts";

const client = "/_matrix/client/v3";

type Send = (method: string, path: string, body?: unknown) => Promise<TestResponse<AnyBody>>;

function as(server: TestHomeserver, user: TestUser): Send {
  return (method, path, body) => server.request(method, client + path, body, user.accessToken);
}

describe("a receipt", () => {
  it("is not taken for an event that its sender may not see", async () => {
    await using server = await testHomeserver();
    const [alice, bob] = [await server.register("alice"), await server.register("bob")];
    const [ofAlice, ofBob] = [as(server, alice), as(server, bob)];
    const state = [{ type: "m.room.history_visibility", state_key: "", content: { history_visibility: "joined" } }];
    const { body } = await ofAlice("POST", "/createRoom", { preset: "public_chat", initial_state: state });
    const room = body["room_id"];
    const send = async (txn: string): Promise<string> =>
      String((await ofAlice("PUT", `/rooms/${room}/send/m.room.message/${txn}`, { msgtype: "m.text", body: txn })).body["event_id"]);
    const hidden = await send("hidden");
    await ofBob("POST", `/join/${room}`, {});
    const seen = await send("seen");
    for (const type of ["m.read", "m.read.private", "m.fully_read"]) {
      expect((await ofBob("POST", `/rooms/${room}/receipt/${type}/${hidden}`, {})).status).toBe(404);
      expect((await ofBob("POST", `/rooms/${room}/receipt/${type}/${seen}`, {})).status).toBe(200);
    }
    expect((await ofBob("POST", `/rooms/${room}/read_markers`, { "m.fully_read": hidden })).status).toBe(404);
    expect((await ofAlice("POST", `/rooms/${room}/receipt/m.read/${hidden}`, {})).status).toBe(200);
  });
});

describe("device keys", () => {
  it("are keys of the device, and nothing else", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const upload = (keys: unknown): Promise<TestResponse<AnyBody>> =>
      as(server, alice)("POST", "/keys/upload", {
        device_keys: { user_id: alice.userId, device_id: alice.deviceId, algorithms: [], signatures: {}, keys },
      });
    const key = "A".repeat(43);
    for (const keys of [{}, { "ed25519:OTHER": key }, { [`:${alice.deviceId}`]: key }, { [`ed25519:${alice.deviceId}`]: "no key!" }])
      expect(await upload(keys)).toMatchObject({ status: 400, body: { errcode: "M_INVALID_PARAM" } });
    expect((await upload({ [`ed25519:${alice.deviceId}`]: key })).status).toBe(200);
  });

  it("show the device's name only to who is in a room with its user", async () => {
    await using server = await testHomeserver();
    const [alice, bob] = [await server.register("alice"), await server.register("bob")];
    await as(server, alice)("PUT", `/devices/${alice.deviceId}`, { display_name: "Alice's private phone" });
    const keys = { [`ed25519:${alice.deviceId}`]: "A".repeat(43) };
    const deviceKeys = { user_id: alice.userId, device_id: alice.deviceId, algorithms: [], signatures: {}, keys };
    await as(server, alice)("POST", "/keys/upload", { device_keys: deviceKeys });
    const nameFor = async (user: TestUser): Promise<unknown> => {
      const { body } = await as(server, user)("POST", "/keys/query", { device_keys: { [alice.userId]: [] } });
      const device = body["device_keys"]?.[alice.userId]?.[alice.deviceId];
      expect(device).toMatchObject({ keys });
      return device?.["unsigned"]?.["device_display_name"];
    };
    expect([await nameFor(alice), await nameFor(bob)]).toEqual(["Alice's private phone", undefined]);
    const { body } = await as(server, alice)("POST", "/createRoom", { preset: "public_chat" });
    await as(server, bob)("POST", `/join/${body["room_id"]}`, {});
    expect(await nameFor(bob)).toBe("Alice's private phone");
  });
});

describe("a device", () => {
  it("cannot be called as a cross-signing key of its user, nor the other way round", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const key = "B".repeat(42) + "A";
    const login = (id: string): Promise<TestResponse<AnyBody>> =>
      as(server, alice)("POST", "/login", { type: "m.login.password", user: "alice", password: "secret", device_id: id });
    const upload = (text: string): Promise<TestResponse<AnyBody>> =>
      as(server, alice)("POST", "/keys/device_signing/upload", {
        master_key: { user_id: alice.userId, usage: ["master"], keys: { [`ed25519:${text}`]: text } },
      });
    const other = "C".repeat(42) + "A";
    expect((await login(other)).status).toBe(200);
    expect(await upload(other)).toMatchObject({ status: 403 });
    expect((await upload(key)).status).toBe(200);
    expect(await login(key)).toMatchObject({ status: 400, body: { errcode: "M_INVALID_PARAM" } });
  });
});

describe("NUL", () => {
  it("is in no name that is stored", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const send = as(server, alice);
    const { body } = await send("POST", "/createRoom", {});
    const room = body["room_id"];
    const paths = [
      `/rooms/${room}/send/m.room%00message/1`,
      `/rooms/${room}/state/org.example%00/x`,
      `/rooms/${room}/state/org.example/x%00`,
      `/user/${alice.userId}/account_data/org%00example`,
      `/profile/${alice.userId}/org%00example`,
    ];
    for (const path of paths) expect([path, await send("PUT", path, {})]).toMatchObject([path, { status: 400 }]);
    for (const event of [
      { type: "a\0", state_key: "" },
      { type: "a", state_key: "\0" },
    ])
      expect((await send("POST", "/createRoom", { initial_state: [{ ...event, content: {} }] })).status).toBe(400);
    const login = { type: "m.login.password", user: "alice", password: "secret", device_id: "A\0" };
    expect((await send("POST", "/login", login)).status).toBe(400);
  });
});

describe("the list of published rooms", () => {
  it("needs a token unless the configuration does without", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const list = (token?: string): Promise<TestResponse<AnyBody>> => server.request("GET", `${client}/publicRooms`, undefined, token);
    expect(await list()).toMatchObject({ status: 401, body: { errcode: "M_MISSING_TOKEN" } });
    expect(await list("made-up")).toMatchObject({ status: 401, body: { errcode: "M_UNKNOWN_TOKEN" } });
    expect((await list(alice.accessToken)).status).toBe(200);
    await using open = await testHomeserver({ config: { public_rooms: { without_auth: true } } });
    expect((await open.request("GET", `${client}/publicRooms`)).status).toBe(200);
  });
});

describe("an answer", () => {
  it("is kept by no cache and taken for nothing but its type, errors included; media say themselves how long they keep", async () => {
    await using server = await testHomeserver();
    const { accessToken } = await server.register("alice");
    const login = { type: "m.login.password", user: "alice", password: "secret", refresh_token: true };
    const answers = [
      await server.request("POST", `${client}/login`, login),
      await server.request("GET", `${client}/sync`, undefined, accessToken),
      await server.request("GET", `${client}/nowhere`, undefined, accessToken),
      await server.request("GET", `${client}/sync`),
    ];
    for (const { headers } of answers)
      expect([headers.get("cache-control"), headers.get("x-content-type-options")]).toEqual(["no-store", "nosniff"]);
    const { body } = await server.request("POST", "/_matrix/media/v3/upload", "text", accessToken);
    const path = `/_matrix/client/v1/media/download/${String(body["content_uri"]).replace("mxc://", "")}`;
    const { headers } = await server.request("GET", path, undefined, accessToken);
    expect([headers.get("cache-control"), headers.get("x-content-type-options")]).toEqual(["private, max-age=86400, immutable", "nosniff"]);
  });
});

describe("a password", () => {
  it("is as long as the configuration asks for", async () => {
    await using server = await testHomeserver({ config: { passwords: { cost: "fast", min_length: 7 } } });
    const register = (password: string): Promise<TestResponse<AnyBody>> =>
      server.request("POST", `${client}/register`, { username: "alice", password, auth: { type: "m.login.dummy" } });
    expect(await register("secret")).toMatchObject({ status: 400, body: { errcode: "M_WEAK_PASSWORD" } });
    expect((await register("secret7")).status).toBe(200);
  });
});

describe("the address of a client", () => {
  it("is not what a client on the same machine says of itself", async () => {
    const limited = { rate_limits: { login: { per_second: 0.001, burst: 3 } } };
    const tries = async (config: object): Promise<number[]> => {
      await using server = await testHomeserver({ config: { ...limited, ...config } });
      const statuses = Array.from({ length: 6 }, async (_, i) => {
        const headers = { "content-type": "application/json", "x-forwarded-for": `203.0.113.${i}` };
        const body = JSON.stringify({ type: "m.login.password", user: `user${i}`, password: "wrong" });
        return (await fetch(`${server.url}${client}/login`, { method: "POST", headers, body })).status;
      });
      return await Promise.all(statuses);
    };
    expect((await tries({})).filter((status) => status === 429)).toHaveLength(3);
    expect((await tries({ client_addresses: { trusted_proxies: ["127.0.0.1"] } })).filter((status) => status === 429)).toHaveLength(0);
  });
});

const hasOpenssl = (() => {
  try {
    execFileSync("openssl", ["version"]);
    return true;
  } catch {
    return false;
  }
})();

describe.runIf(hasOpenssl)("TLS", () => {
  it("is spoken only with ciphers that keep past sessions secret", async () => {
    const folder = await mkdtemp(join(tmpdir(), "patrix-tls-"));
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const subject = ["-subj", "/CN=localhost", "-days", "1", "-nodes"];
    execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-keyout", key, "-out", cert, ...subject], { stdio: "ignore" });
    const listeners = [{ host: "127.0.0.1", port: 0, tls: { cert_path: cert, key_path: key } }];
    await using server = await testHomeserver({ config: { listeners } });
    const speak = (ciphers: string): Promise<string> =>
      new Promise((resolve) => {
        const options = {
          port: Number(new URL(server.url).port),
          host: "127.0.0.1",
          rejectUnauthorized: false,
          maxVersion: "TLSv1.2",
        } as const;
        const socket = connect({ ...options, ciphers }, () => {
          resolve(socket.getCipher().name);
          socket.destroy();
        });
        socket.once("error", () => resolve("refused"));
      });
    expect(await speak("AES128-SHA")).toBe("refused");
    expect(await speak("AES128-GCM-SHA256")).toBe("refused");
    expect(await speak("ECDHE-RSA-AES128-GCM-SHA256")).toBe("ECDHE-RSA-AES128-GCM-SHA256");
    await rm(folder, { recursive: true });
  });
});
