import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestHomeserver, testHomeserver, TestNetwork, TestPeer, type TestUser } from "../../src/testing/index.ts";
import { until } from "./federated.ts";

let network: TestNetwork;
let dataDir: string;
let a: TestHomeserver;
let b: TestHomeserver;
let alice: TestUser;
let bob: TestUser;

beforeAll(async () => {
  network = new TestNetwork();
  dataDir = await mkdtemp(join(tmpdir(), "patrix-devices-"));
  a = await testHomeserver({ serverName: "a.example", network, dataDir });
  b = await testHomeserver({ serverName: "b.example", network });
  alice = await a.register("alice");
  bob = await b.register("bob");
});
afterAll(async () => {
  await a[Symbol.asyncDispose]();
  await b[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true });
});

interface SyncBody {
  readonly next_batch: string;
  readonly to_device?: { readonly events: readonly { readonly type: string; readonly sender: string; readonly content: object }[] };
  readonly device_lists?: { readonly changed?: readonly string[]; readonly left?: readonly string[] };
}

/** Syncs until something is in an answer, which is returned. */
async function syncUntil(server: TestHomeserver, user: TestUser, since: string, isSo: (body: SyncBody) => boolean): Promise<SyncBody> {
  let last: SyncBody = { next_batch: since };
  await until(async () => {
    const { body } = await server.requestAs<SyncBody>(user, "GET", `/sync?timeout=500&since=${last.next_batch}`);
    last = body;
    return isSo(body);
  });
  return last;
}

async function syncNow(server: TestHomeserver, user: TestUser): Promise<string> {
  return (await server.requestAs<SyncBody>(user, "GET", "/sync")).body.next_batch;
}

const shareRoom = async (): Promise<string> => {
  const room = await a.createRoom(alice);
  expect(await b.requestAs(bob, "POST", `/join/${encodeURIComponent(room)}?via=a.example`, {})).toMatchObject({ status: 200 });
  return room;
};

let made = 0;
/** Uploads new device keys; returns them. */
async function uploadKeys(server: TestHomeserver, user: TestUser): Promise<Record<string, unknown>> {
  const key = Buffer.alloc(32, ++made).toString("base64").replace(/=+$/, "");
  const deviceKeys = {
    user_id: user.userId,
    device_id: user.deviceId,
    algorithms: ["m.megolm.v1.aes-sha2"],
    keys: { [`ed25519:${user.deviceId}`]: key },
    signatures: { [user.userId]: { [`ed25519:${user.deviceId}`]: "sig" } },
  };
  expect(await server.requestAs(user, "POST", "/keys/upload", { device_keys: deviceKeys })).toMatchObject({ status: 200 });
  return deviceKeys;
}

async function query(server: TestHomeserver, user: TestUser, userId: string, timeout = 5_000): Promise<Record<string, never>> {
  const { status, body } = await server.requestAs<Record<string, never>>(user, "POST", "/keys/query", {
    device_keys: { [userId]: [] },
    timeout,
  });
  expect(status).toBe(200);
  return body;
}

describe("a message to a device of another server", () => {
  const send = (txn: string, messages: object): Promise<{ status: number }> =>
    a.requestAs(alice, "PUT", `/sendToDevice/m.test/${txn}`, { messages });

  it("arrives once and in order, at one device or at all", async () => {
    const since = await syncNow(b, bob);
    for (const n of [1, 2, 3])
      expect(await send(`t${n}`, { [bob.userId]: { [n === 2 ? "*" : bob.deviceId]: { n } } })).toMatchObject({ status: 200 });
    const got: object[] = [];
    await syncUntil(b, bob, since, ({ to_device }) => {
      got.push(...(to_device?.events ?? []));
      return got.length >= 3;
    });
    expect(got).toEqual([1, 2, 3].map((n) => ({ type: "m.test", sender: alice.userId, content: { n } })));
  });

  it("arrives once though the answer to it was lost", async () => {
    const since = await syncNow(b, bob);
    let lost = 0;
    network.fault = ({ to, target }) => (to === "b.example" && target.includes("/send/") && lost++ === 0 ? "unanswered" : undefined);
    expect(await send("again", { [bob.userId]: { "*": { n: "again" } } })).toMatchObject({ status: 200 });
    await until(async () => lost >= 2);
    network.fault = undefined;
    expect(await send("after", { [bob.userId]: { "*": { n: "after" } } })).toMatchObject({ status: 200 });
    const got: unknown[] = [];
    await syncUntil(b, bob, since, ({ to_device }) => {
      got.push(...(to_device?.events ?? []).map(({ content }) => (content as { n: unknown }).n));
      return got.includes("after");
    });
    expect(got).toEqual(["again", "after"]);
  });
});

describe("the keys of another server's user", () => {
  it("are asked for where no room is shared, with a failure where the server does not answer", async () => {
    const keys = await uploadKeys(b, bob);
    expect(await query(a, alice, bob.userId)).toMatchObject({ device_keys: { [bob.userId]: { [bob.deviceId]: keys } }, failures: {} });
    network.fault = ({ to }) => (to === "b.example" ? "lost" : undefined);
    const body = await query(a, alice, bob.userId, 500);
    expect(Object.keys(body["failures"] ?? {})).toEqual(["b.example"]);
    network.fault = undefined;
  });

  it("are kept where a room is shared, and change where they have changed", async () => {
    await shareRoom();
    const keys = await uploadKeys(b, bob);
    expect(await query(a, alice, bob.userId)).toMatchObject({ device_keys: { [bob.userId]: { [bob.deviceId]: keys } } });
    // The other server tells of its user's devices when he comes into the room, and then they are asked for once more.
    await until(async () => {
      const asked = network.requests.length;
      await query(a, alice, bob.userId);
      return !network.requests.slice(asked).some(({ target }) => target.includes("/user/"));
    });
    const since = await syncNow(a, alice);
    const later = await uploadKeys(b, bob);
    await syncUntil(a, alice, since, ({ device_lists: lists }) => lists?.changed?.includes(bob.userId) === true);
    const again = network.requests.length;
    expect(await query(a, alice, bob.userId)).toMatchObject({ device_keys: { [bob.userId]: { [bob.deviceId]: later } } });
    expect(network.requests.slice(again).filter(({ target }) => target.includes("/user/"))).toEqual([]);
  });

  it("one-time keys are handed out once each", async () => {
    const keys = { "signed_curve25519:AAAA": { key: "one", signatures: {} }, "signed_curve25519:BBBB": { key: "two", signatures: {} } };
    expect(await b.requestAs(bob, "POST", "/keys/upload", { one_time_keys: keys })).toMatchObject({ status: 200 });
    const claim = async (): Promise<unknown> =>
      (await a.requestAs(alice, "POST", "/keys/claim", { one_time_keys: { [bob.userId]: { [bob.deviceId]: "signed_curve25519" } } })).body;
    expect(await claim()).toMatchObject({
      one_time_keys: { [bob.userId]: { [bob.deviceId]: { "signed_curve25519:AAAA": { key: "one" } } } },
      failures: {},
    });
    expect(await claim()).toMatchObject({
      one_time_keys: { [bob.userId]: { [bob.deviceId]: { "signed_curve25519:BBBB": { key: "two" } } } },
    });
    expect(await claim()).toEqual({ one_time_keys: {}, failures: {} });
  });
});

describe("the devices of a user", () => {
  const asked = (from: number): string[] =>
    network.requests.slice(from).flatMap(({ from: asker, target }) => (asker === "a.example" && target.includes("/user/") ? [target] : []));

  it("are forgotten with the last shared room, and asked for again", async () => {
    const rooms = (await a.requestAs(alice, "GET", "/joined_rooms")).body["joined_rooms"] as unknown as string[];
    await uploadKeys(b, bob);
    await query(a, alice, bob.userId);
    const since = await syncNow(a, alice);
    for (const room of rooms) await b.requestAs(bob, "POST", `/rooms/${room}/leave`, {});
    await syncUntil(a, alice, since, ({ device_lists: lists }) => lists?.left?.includes(bob.userId) === true);
    const keys = await uploadKeys(b, bob);
    const from = network.requests.length;
    expect(await query(a, alice, bob.userId)).toMatchObject({ device_keys: { [bob.userId]: { [bob.deviceId]: keys } } });
    expect(asked(from)).toEqual(["/_matrix/federation/v1/user/keys/query"]);
  });

  it("are told to the servers of a room that the user comes into, once", async () => {
    const from = network.requests.length;
    await shareRoom();
    const told = (): object[] =>
      network.requests
        .slice(from)
        .filter(({ from: teller, target }) => teller === "b.example" && target.includes("/send/"))
        .flatMap(({ body }) => (JSON.parse(body ?? "{}") as { edus?: { edu_type: string; content: object }[] }).edus ?? [])
        .flatMap(({ edu_type: type, content }) => (type === "m.device_list_update" ? [content] : []));
    await until(async () => told().length > 0);
    expect(told()).toMatchObject([{ user_id: bob.userId, device_id: bob.deviceId, prev_id: [], keys: { device_id: bob.deviceId } }]);
    await shareRoom();
    expect(told()).toHaveLength(1);
  });

  it("reach a server that was away, though this one was started anew meanwhile; a device that is gone as one that is gone", async () => {
    await query(b, bob, alice.userId);
    const { body: login } = await a.requestAs(alice, "POST", "/login", {
      type: "m.login.password",
      identifier: { type: "m.id.user", user: "alice" },
      password: "secret",
    });
    const second = { ...alice, accessToken: String(login["access_token"]), deviceId: String(login["device_id"]) };
    await uploadKeys(a, second);
    await until(async () => Object.hasOwn((await query(b, bob, alice.userId))["device_keys"]?.[alice.userId] ?? {}, second.deviceId));
    const since = await syncNow(b, bob);
    network.fault = ({ to }) => (to === "b.example" ? "lost" : undefined);
    await a.requestAs(second, "POST", "/logout", {});
    const keys = await uploadKeys(a, alice);
    await a.stop();
    a = await testHomeserver({ serverName: "a.example", network, dataDir });
    network.fault = undefined;
    await syncUntil(b, bob, since, ({ device_lists: lists }) => lists?.changed?.includes(alice.userId) === true);
    await until(async () => {
      const devices = (await query(b, bob, alice.userId))["device_keys"]?.[alice.userId] ?? {};
      return (
        JSON.stringify(Object.keys(devices)) === JSON.stringify([alice.deviceId]) &&
        JSON.stringify(devices).includes(JSON.stringify(keys["keys"]))
      );
    });
  });

  it("have no names for other servers, unless the operator shows them", async () => {
    await a.requestAs(alice, "PUT", `/devices/${alice.deviceId}`, { display_name: "Alice's phone" });
    // Asked for by a server that has none of them yet.
    const peer = new TestPeer("peer.example", network);
    const shown = async (): Promise<string> => {
      const devices = await peer.request(a, "GET", `/_matrix/federation/v1/user/devices/${alice.userId}`);
      const keys = await peer.request(a, "POST", "/_matrix/federation/v1/user/keys/query", { device_keys: { [alice.userId]: [] } });
      expect([devices.status, keys.status]).toEqual([200, 200]);
      for (const { body } of [devices, keys]) expect(JSON.stringify(body)).toContain(alice.deviceId);
      return JSON.stringify([devices.body, keys.body]);
    };
    expect(await shown()).not.toContain("phone");
    await a.stop();
    a = await testHomeserver({ serverName: "a.example", network, dataDir, config: { device_names_over_federation: true } });
    await a.requestAs(alice, "PUT", `/devices/${alice.deviceId}`, { display_name: "Alice's tablet" });
    await until(async () => JSON.stringify(await query(b, bob, alice.userId)).includes("Alice's tablet"));
    expect((await shown()).match(/Alice's tablet/g)).toHaveLength(2);
  });
});

describe("cross-signing keys", () => {
  it("are seen by another server with their signatures, and replaced there where they are", async () => {
    const upload = async (): Promise<string> => {
      const { publicKey } = generateKeyPairSync("ed25519");
      const id = String(publicKey.export({ format: "jwk" }).x)
        .replaceAll("-", "+")
        .replaceAll("_", "/");
      const master = { user_id: alice.userId, usage: ["master"], keys: { [`ed25519:${id}`]: id } };
      const asked = {
        master_key: master,
        auth: { type: "m.login.password", identifier: { type: "m.id.user", user: "alice" }, password: "secret" },
      };
      const first = await a.requestAs(alice, "POST", "/keys/device_signing/upload", { master_key: master });
      if (first.status === 401)
        expect(
          await a.requestAs(alice, "POST", "/keys/device_signing/upload", {
            ...asked,
            auth: { ...asked.auth, session: first.body["session"] },
          }),
        ).toMatchObject({ status: 200 });
      return id;
    };
    await query(b, bob, alice.userId);
    const since = await syncNow(b, bob);
    const id = await upload();
    await syncUntil(b, bob, since, ({ device_lists: lists }) => lists?.changed?.includes(alice.userId) === true);
    expect((await query(b, bob, alice.userId))["master_keys"]).toMatchObject({ [alice.userId]: { keys: { [`ed25519:${id}`]: id } } });
    const again = await upload();
    await until(async () => JSON.stringify((await query(b, bob, alice.userId))["master_keys"]).includes(again));
    expect((await query(b, bob, alice.userId))["failures"]).toEqual({});
  });
});
