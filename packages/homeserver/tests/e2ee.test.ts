import { generateSigningKey, type SigningKey, signJson } from "@patrix/signatures";
import { describe, expect, it } from "vitest";
import { type ComposedDevices, openDevices } from "./composed-devices.ts";

const ALICE = "@alice:example.org";
const BOB = "@bob:example.org";
const v3 = "/client/v3";

/** Signs under a key ID that may be any text, as those of devices and cross-signing keys are. */
function sign<T extends object>(object: T, userId: string, key: SigningKey, keyId: string) {
  const { signatures } = signJson({ ...object } as Record<string, never>, "x", key);
  return { ...object, signatures: { [userId]: { [keyId]: signatures["x"]?.[key.keyId] ?? "" } } };
}

const newKey = (): SigningKey => generateSigningKey("ed25519:1");

function deviceKeys(userId: string, deviceId: string, key: SigningKey = newKey()) {
  const keys = { [`ed25519:${deviceId}`]: key.publicKey, [`curve25519:${deviceId}`]: "curve" };
  const object = { user_id: userId, device_id: deviceId, algorithms: ["m.olm.v1.curve25519-aes-sha2"], keys };
  return sign(object, userId, key, `ed25519:${deviceId}`);
}

function crossSigningKey(usage: string, { publicKey }: SigningKey) {
  return { user_id: ALICE, usage: [usage], keys: { [`ed25519:${publicKey}`]: publicKey } };
}

function oneTimeKeys(count: number, prefix = "A") {
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => [
      `signed_curve25519:${prefix}${i}`,
      { key: `${prefix}${i}`, signatures: { [ALICE]: { "ed25519:A1": "sig" } } },
    ]),
  );
}

async function sync(server: ComposedDevices, token: string, since?: string) {
  const { status, body } = await server.request("GET", `${v3}/sync${since === undefined ? "" : `?since=${since}`}`, undefined, token);
  expect(status).toBe(200);
  return body;
}

describe("device keys", () => {
  it("are served to others with the display name, and tell those who share a room", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    await server.login(BOB, "B1");
    await server.login("@carol:example.org", "C1");
    await server.shareRoom(ALICE, BOB);
    const { next_batch: since } = await sync(server, "B1");
    const { next_batch: carolSince } = await sync(server, "C1");
    const keys = deviceKeys(ALICE, "A1");
    const uploaded = await server.request("POST", `${v3}/keys/upload`, { device_keys: keys, one_time_keys: oneTimeKeys(3) }, "A1");
    expect(uploaded).toMatchObject({ status: 200, body: { one_time_key_counts: { signed_curve25519: 3 } } });
    const query = { device_keys: { [ALICE]: [], "@nobody:example.org": [] } };
    const { body } = await server.request("POST", `${v3}/keys/query`, query, "B1");
    expect(body.device_keys[ALICE].A1).toEqual({ ...keys, unsigned: { device_display_name: "name of A1" } });
    expect(body.failures).toEqual({});
    const after = await sync(server, "B1", since);
    expect(after.device_lists.changed).toEqual([ALICE]);
    const changes = await server.request("GET", `${v3}/keys/changes?from=${since}&to=${after.next_batch}`, undefined, "B1");
    expect(changes.body.changed).toEqual([ALICE]);
    expect((await sync(server, "C1", carolSince)).device_lists).toBeUndefined();
  });

  it("must name the user and device of the token", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    for (const keys of [deviceKeys(BOB, "A1"), deviceKeys(ALICE, "A2")])
      expect(await server.request("POST", `${v3}/keys/upload`, { device_keys: keys }, "A1")).toMatchObject({
        status: 400,
        body: { errcode: "M_INVALID_PARAM" },
      });
  });

  it("can be asked for by device, and a changes range must be of sync tokens", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    await server.login(ALICE, "A2");
    for (const device of ["A1", "A2"])
      await server.request("POST", `${v3}/keys/upload`, { device_keys: deviceKeys(ALICE, device) }, device);
    const { body } = await server.request("POST", `${v3}/keys/query`, { device_keys: { [ALICE]: ["A2"] } }, "A1");
    expect(Object.keys(body.device_keys[ALICE])).toEqual(["A2"]);
    expect((await server.request("GET", `${v3}/keys/changes?from=x&to=y`, undefined, "A1")).status).toBe(400);
  });
});

describe("one-time keys", () => {
  it("are each handed out once, however many claim at the same time; then the fallback key", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    await server.login(BOB, "B1");
    const fallback = { "signed_curve25519:F": { key: "F", fallback: true, signatures: {} } };
    await server.request("POST", `${v3}/keys/upload`, { one_time_keys: oneTimeKeys(20), fallback_keys: fallback }, "A1");
    expect(await sync(server, "A1")).toMatchObject({
      device_one_time_keys_count: { signed_curve25519: 20 },
      device_unused_fallback_key_types: ["signed_curve25519"],
    });
    const claim = { one_time_keys: { [ALICE]: { A1: "signed_curve25519", missing: "signed_curve25519" }, [BOB]: { B1: "other" } } };
    const answers = await Promise.all(Array.from({ length: 30 }, () => server.request("POST", `${v3}/keys/claim`, claim, "B1")));
    const claimed = answers.map(({ body }) => Object.keys(body.one_time_keys[ALICE].A1)[0]);
    expect(new Set(claimed).size).toBe(21);
    expect(claimed.filter((key) => key === "signed_curve25519:F")).toHaveLength(10);
    expect(await sync(server, "A1")).toMatchObject({
      device_one_time_keys_count: { signed_curve25519: 0 },
      device_unused_fallback_key_types: [],
    });
  });

  it("are handed out in the order of their upload", async () => {
    await using server = await openDevices();
    const alice = await server.login(ALICE, "A1");
    await server.e2ee.oneTimeKeys.upload(alice.deviceNid, oneTimeKeys(2, "Z"), {});
    await server.e2ee.oneTimeKeys.upload(alice.deviceNid, oneTimeKeys(2, "B"), {});
    const claimed: unknown[] = [];
    for (let i = 0; i < 5; i++) claimed.push((await server.e2ee.oneTimeKeys.claim(alice.deviceNid, "signed_curve25519"))?.keyId);
    expect(claimed).toEqual(["Z0", "Z1", "B0", "B1", undefined].map((name) => name && `signed_curve25519:${name}`));
  });

  it("can be uploaded again, but not under the ID of another key", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    const upload = (keys: object) => server.request("POST", `${v3}/keys/upload`, { one_time_keys: keys }, "A1");
    expect((await upload(oneTimeKeys(2))).status).toBe(200);
    expect((await upload(oneTimeKeys(2))).body.one_time_key_counts).toEqual({ signed_curve25519: 2 });
    expect((await upload({ "signed_curve25519:A0": "other" })).status).toBe(400);
    expect((await upload({ nocolon: "key" })).status).toBe(400);
    expect((await upload(oneTimeKeys(1_001, "X"))).status).toBe(413);
  });
});

describe("cross-signing", () => {
  it("is uploaded once without authentication and replaced only with it", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    const upload = (body: object) => server.request("POST", `${v3}/keys/device_signing/upload`, body, "A1");
    const first = { master_key: crossSigningKey("master", newKey()) };
    expect((await upload(first)).status).toBe(200);
    expect((await upload(first)).status).toBe(200);
    const second = { master_key: crossSigningKey("master", newKey()) };
    const asked = await upload(second);
    expect(asked).toMatchObject({ status: 401, body: { flows: [{ stages: ["m.login.password"] }] } });
    const auth = { type: "m.login.password", session: asked.body.session, identifier: { type: "m.id.user", user: ALICE } };
    expect((await upload({ ...second, auth: { ...auth, password: "wrong" } })).body.errcode).toBe("M_FORBIDDEN");
    expect((await upload({ ...second, auth: { ...auth, password: "secret" } })).status).toBe(200);
    const { body } = await server.request("POST", `${v3}/keys/query`, { device_keys: { [ALICE]: [] } }, "A1");
    expect(body.master_keys[ALICE]).toEqual(second.master_key);
  });

  it("refuses keys that the master key did not sign, and keys without one", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    const upload = (body: object) => server.request("POST", `${v3}/keys/device_signing/upload`, body, "A1");
    const selfSigning = crossSigningKey("self_signing", newKey());
    expect((await upload({ self_signing_key: selfSigning })).body.errcode).toBe("M_MISSING_PARAM");
    const signed = sign(selfSigning, ALICE, newKey(), "ed25519:other");
    expect((await upload({ master_key: crossSigningKey("master", newKey()), self_signing_key: signed })).body.errcode).toBe(
      "M_INVALID_SIGNATURE",
    );
  });
});

describe("cross-signing signatures", () => {
  it("are merged into keys, each seen by those who may see it, and fail one by one", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    await server.login(BOB, "B1");
    const [device, master, selfSigning] = [newKey(), newKey(), newKey()];
    const keys = deviceKeys(ALICE, "A1", device);
    await server.request("POST", `${v3}/keys/upload`, { device_keys: keys }, "A1");
    const masterKey = crossSigningKey("master", master);
    const selfKey = sign(crossSigningKey("self_signing", selfSigning), ALICE, master, `ed25519:${master.publicKey}`);
    const selfKeyId = `ed25519:${selfSigning.publicKey}`;
    const upload = { master_key: masterKey, self_signing_key: selfKey };
    expect((await server.request("POST", `${v3}/keys/device_signing/upload`, upload, "A1")).status).toBe(200);
    const { signatures: _own, ...bare } = keys;
    const good = sign(bare, ALICE, selfSigning, selfKeyId);
    const masterSigned = sign(masterKey, ALICE, device, "ed25519:A1");
    const answer = await server.request(
      "POST",
      `${v3}/keys/signatures/upload`,
      { [ALICE]: { A1: good, [master.publicKey]: masterSigned, MISSING: good }, [BOB]: { B1: good } },
      "A1",
    );
    expect(Object.keys(answer.body.failures[ALICE])).toEqual(["MISSING"]);
    expect(answer.body.failures[BOB].B1.errcode).toBe("M_NOT_FOUND");
    const { body } = await server.request("POST", `${v3}/keys/query`, { device_keys: { [ALICE]: [] } }, "B1");
    expect(Object.keys(body.device_keys[ALICE].A1.signatures[ALICE]).sort()).toEqual(["ed25519:A1", selfKeyId].sort());
    expect(Object.keys(body.master_keys[ALICE].signatures[ALICE])).toEqual(["ed25519:A1"]);
    const forged = { ...bare, signatures: { [ALICE]: { [selfKeyId]: "A".repeat(86) } } };
    const refused = await server.request("POST", `${v3}/keys/signatures/upload`, { [ALICE]: { A1: forged } }, "A1");
    expect(refused.body.failures[ALICE].A1.errcode).toBe("M_INVALID_SIGNATURE");
  });
});

describe("to-device messages", () => {
  const send = (server: ComposedDevices, txn: string, messages: object) =>
    server.request("PUT", `${v3}/sendToDevice/m.test/${txn}`, { messages }, "A1");

  it("arrive once per transaction, at one device or all, until the next token says so", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    await server.login(BOB, "B1");
    await server.login(BOB, "B2");
    const messages = { [BOB]: { "*": { all: 1 }, B1: { one: 1 } }, "@nobody:example.org": { X: {} } };
    expect((await send(server, "t1", messages)).status).toBe(200);
    expect((await send(server, "t1", messages)).status).toBe(200);
    const first = await sync(server, "B1");
    expect(first.to_device.events).toEqual([{ type: "m.test", sender: ALICE, content: { one: 1 } }]);
    expect((await sync(server, "B2")).to_device.events).toEqual([{ type: "m.test", sender: ALICE, content: { all: 1 } }]);
    expect((await sync(server, "B1")).to_device.events).toHaveLength(1);
    expect((await sync(server, "B1", first.next_batch)).to_device).toBeUndefined();
    expect((await sync(server, "B1")).to_device).toBeUndefined();
  });

  it("come a hundred at a time, and none is lost when a response is", async () => {
    await using server = await openDevices();
    const alice = await server.login(ALICE, "A1");
    await server.login(BOB, "B1");
    for (let i = 0; i < 250; i++) await server.e2ee.toDevice.send(alice, "m.test", String(i), { [BOB]: { B1: { i } } });
    const seen: number[] = [];
    let since: string | undefined;
    for (let round = 0; round < 5; round++) {
      const answer = await sync(server, "B1", since);
      const repeated = await sync(server, "B1", since);
      expect(repeated.to_device).toEqual(answer.to_device);
      for (const { content } of answer.to_device?.events ?? []) seen.push(content.i);
      // Sometimes the first answer was the one that got through, sometimes the second.
      since = round % 2 === 0 ? answer.next_batch : repeated.next_batch;
    }
    expect(seen).toEqual(Array.from({ length: 250 }, (_, i) => i));
  });

  it("that come after the cut of a sync come with the next one", async () => {
    await using server = await openDevices();
    const alice = await server.login(ALICE, "A1");
    const bob = await server.login(BOB, "B1");
    const before = server.core.log.committed;
    await server.e2ee.toDevice.send(alice, "m.test", "t", { [BOB]: { B1: {} } });
    expect(await server.e2ee.toDevice.pending(bob, before)).toEqual([]);
    expect(await server.e2ee.toDevice.pending(bob, server.core.log.committed)).toHaveLength(1);
  });

  it("wake a sync that waits", async () => {
    await using server = await openDevices();
    const alice = await server.login(ALICE, "A1");
    await server.login(BOB, "B1");
    const { next_batch: since } = await sync(server, "B1");
    const waiting = server.request("GET", `${v3}/sync?since=${since}&timeout=20000`, undefined, "B1");
    await server.e2ee.toDevice.send(alice, "m.test", "t", { [BOB]: { B1: {} } });
    expect((await waiting).body.to_device.events).toHaveLength(1);
  });

  it("refuses large contents", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    await server.login(BOB, "B1");
    expect((await send(server, "big", { [BOB]: { B1: { text: "x".repeat(70_000) } } })).status).toBe(413);
  });
});

describe("key backups", () => {
  const session = (index: number, verified = false, forwarded = 0) => ({
    first_message_index: index,
    forwarded_count: forwarded,
    is_verified: verified,
    session_data: { index },
  });
  const room = encodeURIComponent("!room:example.org");
  const algorithm = "m.megolm_backup.v1.curve25519-aes-sha2";

  it("keep the better key, count, and change their etag when a key changes", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    const call = (method: string, path: string, body?: object) => server.request(method, `${v3}/room_keys${path}`, body, "A1");
    expect((await call("GET", "/version")).status).toBe(404);
    expect((await call("PUT", "/keys?version=1", { rooms: {} })).status).toBe(404);
    expect((await call("POST", "/version", { algorithm, auth_data: { a: 1 } })).body).toEqual({ version: "1" });
    const put = (data: object) => call("PUT", `/keys/${room}/s1?version=1`, data);
    expect((await put(session(5))).body).toEqual({ etag: "1", count: 1 });
    expect((await put(session(7))).body).toEqual({ etag: "1", count: 1 });
    expect((await put(session(9, true))).body).toEqual({ etag: "2", count: 1 });
    expect((await put(session(1))).body).toEqual({ etag: "2", count: 1 });
    expect((await call("GET", `/keys/${room}/s1?version=1`)).body).toEqual(session(9, true));
    expect((await call("PUT", `/keys/${room}?version=1`, { sessions: { s2: session(0) } })).body.count).toBe(2);
    expect((await call("PUT", "/keys?version=1", { rooms: { "!r2:example.org": { sessions: { s3: session(0) } } } })).body.count).toBe(3);
    expect((await call("GET", "/keys?version=1")).body).toEqual({
      rooms: {
        "!r2:example.org": { sessions: { s3: session(0) } },
        "!room:example.org": { sessions: { s1: session(9, true), s2: session(0) } },
      },
    });
    expect((await call("DELETE", `/keys/${room}/s1?version=1`)).body.count).toBe(2);
    expect((await call("GET", `/keys/${room}/s1?version=1`)).status).toBe(404);
    expect((await call("DELETE", `/keys/${room}?version=1`)).body.count).toBe(1);
    expect((await call("GET", `/keys/${room}?version=1`)).body).toEqual({ sessions: {} });
    expect((await call("GET", "/version")).body).toMatchObject({ version: "1", count: 1, algorithm, auth_data: { a: 1 } });
    expect((await call("DELETE", "/keys?version=1")).body.count).toBe(0);
  });

  it("take keys for the current version only, and never reuse a version", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    await server.login(BOB, "B1");
    const call = (method: string, path: string, body?: object) => server.request(method, `${v3}/room_keys${path}`, body, "A1");
    for (const version of ["1", "2"]) expect((await call("POST", "/version", { algorithm, auth_data: {} })).body).toEqual({ version });
    expect(await call("PUT", "/keys?version=1", { rooms: {} })).toMatchObject({
      status: 403,
      body: { errcode: "M_WRONG_ROOM_KEYS_VERSION", current_version: "2" },
    });
    expect((await call("PUT", "/version/2", { algorithm: "other", auth_data: {} })).status).toBe(400);
    expect((await call("PUT", "/version/2", { algorithm, auth_data: {}, version: "1" })).status).toBe(400);
    expect((await call("PUT", "/version/2", { algorithm, auth_data: { b: 2 } })).status).toBe(200);
    expect((await call("GET", "/version/2")).body.auth_data).toEqual({ b: 2 });
    expect((await call("DELETE", "/version/2")).status).toBe(200);
    expect((await call("GET", "/version/2")).status).toBe(404);
    expect((await call("GET", "/version")).body.version).toBe("1");
    expect((await call("POST", "/version", { algorithm, auth_data: {} })).body).toEqual({ version: "3" });
    expect((await server.request("GET", `${v3}/room_keys/version/3`, undefined, "B1")).status).toBe(404);
  });

  it("count right when uploads come at the same time", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    await server.request("POST", `${v3}/room_keys/version`, { algorithm, auth_data: {} }, "A1");
    const put = (i: number) => server.request("PUT", `${v3}/room_keys/keys/${room}/s${i % 5}?version=1`, session(i), "A1");
    await Promise.all(Array.from({ length: 20 }, (_, i) => put(i)));
    const { body } = await server.request("GET", `${v3}/room_keys/version`, undefined, "A1");
    expect(body.count).toBe(5);
  });
});
