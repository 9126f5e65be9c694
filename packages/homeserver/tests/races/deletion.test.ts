// What is deleted while something is uploaded to it leaves nothing behind.
import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { type ComposedDevices, openDevices } from "../composed-devices.ts";
import { count, race, type Tally, turns } from "./race.ts";

const ROUNDS = 40;
const auth = { type: "m.login.password", user: "alice", password: "secret" };

/** How many rows of a device there are. */
async function rowsOf({ core }: ComposedDevices, deviceNid: number): Promise<number> {
  const tables = ["devices", "access_tokens", "device_keys", "one_time_keys", "fallback_keys", "to_device", "pushers"];
  const counts = tables.map((table) =>
    core.store.get<[number], { n: number }>(
      { name: `count.${table}`, sql: `select count(*) as n from ${table} where device_nid = ?1` },
      deviceNid,
    ),
  );
  return (await Promise.all(counts)).reduce((sum, row) => sum + (row?.n ?? 0), 0);
}

it(`a device that is removed while it uploads keys, sets a pusher and is sent messages leaves nothing, ${ROUNDS} times`, async () => {
  await using server = await openDevices();
  await server.login("@alice:example.org", "MAIN");
  const tally: Tally = {};
  let leftovers = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const device = `PHONE${round}`;
    const { deviceNid } = await server.login("@alice:example.org", device);
    const key = "A".repeat(43);
    const signed = { key, signatures: { "@alice:example.org": { [`ed25519:${device}`]: "A".repeat(86) } } };
    const keys = { [`ed25519:${device}`]: key };
    const upload = {
      device_keys: { user_id: "@alice:example.org", device_id: device, algorithms: [], signatures: {}, keys },
      one_time_keys: { "signed_curve25519:A": signed },
      fallback_keys: { "signed_curve25519:F": { ...signed, fallback: true } },
    };
    const data = { url: "https://push.example.org/_matrix/push/v1/notify" };
    const pusher = { pushkey: device, kind: "http", app_id: "a", app_display_name: "A", device_display_name: "D", lang: "en", data };
    const messages = { "@alice:example.org": { [device]: { n: round } } };
    const [uploaded, removed] = await race(
      round,
      async () => {
        const [first] = await Promise.all([
          server.request("POST", "/client/v3/keys/upload", upload, device),
          server.request("POST", "/client/v3/pushers/set", pusher, device),
          server.request("PUT", `/client/v3/sendToDevice/m.test/${round}`, { messages }, "MAIN"),
        ]);
        return first;
      },
      () => server.request("DELETE", `/client/v3/devices/${device}`, { auth }, "MAIN"),
    );
    expect(removed.status).toBe(200);
    count(tally, uploaded.status === 200 ? "uploaded first" : "removed first");
    leftovers += await rowsOf(server, deviceNid);
  }
  expect(leftovers).toBe(0);
  expect(tally).toEqual({ "uploaded first": expect.any(Number), "removed first": expect.any(Number) });
});

it(`a key backup that is deleted while keys are put into it keeps none, ${ROUNDS} times`, async () => {
  await using server = await openDevices();
  const { userNid } = await server.login("@alice:example.org", "PHONE");
  const backup = { algorithm: "m.megolm_backup.v1.curve25519-aes-sha2", auth_data: { public_key: "abc" } };
  const session = {
    first_message_index: 0,
    forwarded_count: 0,
    is_verified: true,
    session_data: { ephemeral: "e", ciphertext: "c", mac: "m" },
  };
  const tally: Tally = {};
  for (let round = 0; round < ROUNDS; round++) {
    const made = await server.request("POST", "/client/v3/room_keys/version", backup, "PHONE");
    const version = String(made.body.version);
    const [put] = await race(
      round,
      () => server.request("PUT", `/client/v3/room_keys/keys/!r:example.org/s?version=${version}`, session, "PHONE"),
      () => server.request("DELETE", `/client/v3/room_keys/version/${version}`, undefined, "PHONE"),
    );
    count(tally, put.status === 200 ? "put first" : "deleted first");
  }
  const left = await server.core.store.get<[number], { n: number }>(
    { name: "count.backup_sessions", sql: "select count(*) as n from backup_sessions where user_nid = ?1" },
    userNid,
  );
  expect(left?.n).toBe(0);
  expect(tally).toEqual({ "put first": expect.any(Number), "deleted first": expect.any(Number) });
});

/** What a user stores in one request each; the file comes in pieces, over so many turns. */
function storing(server: ComposedDevices, userId: string, device: string, pieces: number): (n: number) => Promise<number> {
  const backup = { algorithm: "m.megolm_backup.v1.curve25519-aes-sha2", auth_data: { public_key: "abc" } };
  const requests: readonly (readonly [method: string, path: (n: number) => string, body: (n: number) => object])[] = [
    ["PUT", (n) => `/client/v3/user/${userId}/account_data/org.example.${n}`, () => ({})],
    ["PUT", (n) => `/client/v3/profile/${userId}/org.example.${n}`, (n) => ({ [`org.example.${n}`]: n })],
    ["POST", () => `/client/v3/user/${userId}/filter`, (n) => ({ room: { timeline: { limit: n + 1 } } })],
    ["POST", () => `/client/v3/user/${userId}/openid/request_token`, () => ({})],
    ["POST", () => `/client/v3/room_keys/version`, () => backup],
    ["POST", () => "/media/v1/create", () => ({})],
  ];
  return async (n) => {
    const [method, path, body] = requests[n % (requests.length + 1)] ?? [];
    if (method && path && body) return (await server.request(method, path(n), body(n), device)).status;
    const source = async function* (): AsyncGenerator<Uint8Array> {
      for (let piece = 0; piece < pieces; piece++) {
        yield new Uint8Array(8);
        await turns(1);
      }
    };
    const init = { method: "POST", body: Readable.toWeb(Readable.from(source())) as BodyInit, duplex: "half" } as const;
    const headers = { authorization: `Bearer ${server.tokenOf(device)}` };
    return (await fetch(`${server.url}/_matrix/media/v3/upload`, { ...init, headers })).status;
  };
}

const ofUsers = [
  "account_data",
  "profiles",
  "filters",
  "openid_tokens",
  "key_backups",
  "backup_sessions",
  "media",
  "daily_usage",
  "pushers",
];

it(`an account that is erased while it stores data and uploads files keeps none, ${ROUNDS} times`, async () => {
  await using server = await openDevices({ rate_limits: { enabled: false } });
  const tally: Tally = {};
  const left: Tally = {};
  for (let round = 0; round < ROUNDS; round++) {
    const userId = `@user${round}:example.org`;
    const { userNid } = await server.login(userId, `D${round}`);
    const store = storing(server, userId, `D${round}`, round);
    const proof = { ...auth, user: `user${round}` };
    const [last] = await race(
      round,
      async () => {
        // The password takes a while, so that a single request would always come first.
        let status = 200;
        for (let n = 0; n < 21 && status === 200; n += 3)
          [status = 0] = (await Promise.all([n, n + 1, n + 2].map(store))).toSorted((a, b) => b - a);
        return status;
      },
      () => server.request("POST", "/client/v3/account/deactivate", { auth: proof, erase: true }, `D${round}`),
    );
    count(tally, last === 200 ? "stored first" : "erased first");
    for (const table of ofUsers) {
      const sql = `select count(*) as n from ${table} where user_nid = ?1`;
      const rows = await server.core.store.get<[number], { n: number }>({ name: `count.${table}`, sql }, userNid);
      if (rows?.n !== 0) count(left, table);
    }
  }
  expect(left).toEqual({});
  expect(tally).toEqual({ "stored first": expect.any(Number), "erased first": expect.any(Number) });
});
