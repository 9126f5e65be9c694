import { describe, expect, it } from "vitest";
import { type ComposedDevices, openDevices } from "../../tests/composed-devices.ts";
import { sync, v3 } from "../../tests/device-requests.ts";
import { limits } from "../limits.ts";

const ALICE = "@alice:example.org";
const BOB = "@bob:example.org";
const path = "/client/unstable/org.matrix.msc3814.v1/dehydrated_device";
const notFound = { status: 404, body: { errcode: "M_NOT_FOUND" } };

const device = (deviceId: string, more: object = {}) => ({
  device_id: deviceId,
  initial_device_display_name: "Dehydrated device",
  device_data: { algorithm: "m.dehydration.v2", device_pickle: `pickle of ${deviceId}`, nonce: "n" },
  device_keys: {
    user_id: BOB,
    device_id: deviceId,
    dehydrated: true,
    algorithms: ["m.olm.v1.curve25519-aes-sha2"],
    keys: { [`ed25519:${deviceId}`]: "A".repeat(43), [`curve25519:${deviceId}`]: "B".repeat(43) },
    signatures: {},
  },
  one_time_keys: { "signed_curve25519:AAAAAA": { key: "one", signatures: {} } },
  fallback_keys: { "signed_curve25519:AAAAAB": { key: "fallback", fallback: true, signatures: {} } },
  ...more,
});

async function open(): Promise<ComposedDevices> {
  const server = await openDevices();
  await server.login(ALICE, "A1");
  await server.login(BOB, "B1");
  return server;
}

const put = (server: ComposedDevices, body: object, token = "B1") => server.request("PUT", path, body, token);
const events = (server: ComposedDevices, deviceId: string, body: object = {}, token = "B1") =>
  server.request("POST", `${path}/${deviceId}/events`, body, token);
const query = async (server: ComposedDevices) =>
  (await server.request("POST", `${v3}/keys/query`, { device_keys: { [BOB]: [] } }, "A1")).body.device_keys[BOB] ?? {};
const claim = async (server: ComposedDevices, deviceId: string) =>
  (await server.request("POST", `${v3}/keys/claim`, { one_time_keys: { [BOB]: { [deviceId]: "signed_curve25519" } } }, "A1")).body
    .one_time_keys[BOB];
const send = (server: ComposedDevices, txn: string, messages: object) =>
  server.request("PUT", `${v3}/sendToDevice/m.test/${txn}`, { messages }, "A1");

describe("a dehydrated device", () => {
  it("is kept for the next client of its user, and found by others as a device", async () => {
    await using server = await open();
    expect(await server.request("GET", path, undefined, "B1")).toMatchObject(notFound);
    expect(await server.request("DELETE", path, undefined, "B1")).toMatchObject(notFound);
    expect(await events(server, "D1")).toMatchObject(notFound);
    const made = await put(server, device("D1"));
    expect([made.status, made.body]).toEqual([200, { device_id: "D1" }]);
    await server.login(BOB, "B2");
    expect((await server.request("GET", path, undefined, "B2")).body).toEqual({ device_id: "D1", device_data: device("D1").device_data });
    expect(await server.request("GET", path, undefined, "A1")).toMatchObject(notFound);
    expect((await query(server))["D1"]).toMatchObject({ dehydrated: true, keys: device("D1").device_keys.keys });
    expect(await claim(server, "D1")).toEqual({ D1: { "signed_curve25519:AAAAAA": { key: "one", signatures: {} } } });
    for (let i = 0; i < 2; i++)
      expect(await claim(server, "D1")).toEqual({
        D1: { "signed_curve25519:AAAAAB": { key: "fallback", fallback: true, signatures: {} } },
      });
    const versions = await server.request("GET", "/client/versions");
    expect(versions.body.unstable_features["org.matrix.msc3814"]).toBe(true);
  });

  it("hands over its messages in pages, as often as they are asked for", async () => {
    await using server = await open();
    await put(server, device("D1"));
    const count = limits.toDeviceInAnswer.value * 2 + 5;
    const alice = await server.login(ALICE, "A2");
    for (let i = 0; i < count; i++)
      await server.e2ee.toDevice.send(alice, "m.test", String(i), { [BOB]: { [i === 0 ? "*" : "D1"]: { i } } });
    const readAll = async (): Promise<number[]> => {
      const seen: number[] = [];
      for (let token: string | undefined; ;) {
        const { status, body } = await events(server, "D1", token === undefined ? {} : { next_batch: token });
        expect(status).toBe(200);
        if (body.events.length === 0) return seen;
        expect(body.events.length).toBeLessThanOrEqual(limits.toDeviceInAnswer.value);
        expect(body.events[0]).toMatchObject({ type: "m.test", sender: ALICE });
        seen.push(...body.events.map(({ content }: { content: { i: number } }) => content.i));
        token = body.next_batch;
      }
    };
    const all = Array.from({ length: count }, (_, i) => i);
    expect(await readAll()).toEqual(all);
    // matrix-js-sdk goes on until there is no token.
    const listed: number[] = [];
    let from: string | undefined;
    do {
      const { status, body } = await server.request(
        "GET",
        `${path}/D1/events${from === undefined ? "" : `?from=${from}`}`,
        undefined,
        "B1",
      );
      expect([status, body.events.length > 0]).toEqual([200, true]);
      listed.push(...body.events.map(({ content }: { content: { i: number } }) => content.i));
      from = body.next_batch;
    } while (from !== undefined);
    expect(listed).toEqual(all);
    expect(await server.request("GET", `${path}/D1/events?from=x`, undefined, "B1")).toMatchObject({ status: 400 });
    // A client that got lost on the way begins anew.
    expect(await readAll()).toEqual(all);
    expect(await events(server, "D1", { next_batch: "x" })).toMatchObject({ status: 400, body: { errcode: "M_INVALID_PARAM" } });
    expect(await events(server, "B1")).toMatchObject({ status: 403, body: { errcode: "M_FORBIDDEN" } });
    expect(await events(server, "D1", {}, "A1")).toMatchObject(notFound);
    expect((await sync(server, "B1")).to_device.events).toHaveLength(1);
  });

  it("goes with keys and messages when another takes its place, or it is deleted, and others hear of it", async () => {
    await using server = await open();
    await server.shareRoom(ALICE, BOB);
    await put(server, device("D1"));
    await send(server, "t", { [BOB]: { D1: {} } });
    const { next_batch: since } = await sync(server, "A1");
    expect((await put(server, device("D2"))).status).toBe(200);
    expect((await sync(server, "A1", since)).device_lists.changed).toEqual([BOB]);
    expect(Object.keys(await query(server))).toEqual(["D2"]);
    expect(await claim(server, "D1")).toBeUndefined();
    expect((await events(server, "D2")).body.events).toEqual([]);
    // The same ID again is another device.
    await send(server, "t2", { [BOB]: { D2: {} } });
    expect((await events(server, "D2")).body.events).toHaveLength(1);
    await put(server, device("D2"));
    expect((await events(server, "D2")).body.events).toEqual([]);
    expect((await server.request("DELETE", path, undefined, "B1")).body).toEqual({ device_id: "D2" });
    expect(await query(server)).toEqual({});
    expect(await server.request("GET", path, undefined, "B1")).toMatchObject(notFound);
    await put(server, device("D3"));
    const auth = { type: "m.login.password", identifier: { type: "m.id.user", user: BOB }, password: "secret" };
    expect((await server.request("DELETE", `${v3}/devices/D3`, { auth }, "B1")).status).toBe(200);
    expect(await server.request("GET", path, undefined, "B1")).toMatchObject(notFound);
  });

  it("that is refused changes nothing", async () => {
    await using server = await open();
    await put(server, device("D1"));
    const large = { text: "x".repeat(limits.dehydratedDeviceBytes.value) };
    const keys = device("D2").device_keys;
    const refusals: [object, number, string][] = [
      [device("B1"), 400, "M_INVALID_PARAM"],
      [device(""), 400, "M_INVALID_PARAM"],
      [device("x".repeat(256)), 400, "M_INVALID_PARAM"],
      [device("D2", { device_data: large }), 413, "M_TOO_LARGE"],
      [device("D2", { device_keys: device("D3").device_keys }), 400, "M_INVALID_PARAM"],
      [device("D2", { device_keys: { ...keys, user_id: ALICE } }), 400, "M_INVALID_PARAM"],
      [device("D2", { device_keys: { ...keys, keys: {} } }), 400, "M_INVALID_PARAM"],
      [device("D2", { one_time_keys: { nocolon: "x" } }), 400, "M_BAD_JSON"],
      [device("D2", { fallback_keys: { "a:1": "x", "a:2": "y" } }), 400, "M_INVALID_PARAM"],
      [device("D2", { device_keys: undefined }), 400, "M_BAD_JSON"],
    ];
    for (const [body, status, errcode] of refusals) {
      const answer = await put(server, body);
      expect([answer.status, answer.body.errcode]).toEqual([status, errcode]);
    }
    expect((await server.request("GET", path, undefined, "B1")).body.device_id).toBe("D1");
    expect(Object.keys(await query(server))).toEqual(["D1"]);
  });

  it("becomes one like any other when somebody logs in on it", async () => {
    await using server = await open();
    await put(server, device("D1"));
    await server.login(BOB, "D1");
    expect(await server.request("GET", path, undefined, "B1")).toMatchObject(notFound);
    expect((await put(server, device("D2"))).status).toBe(200);
    expect((await server.request("GET", `${v3}/account/whoami`, undefined, "D1")).body.device_id).toBe("D1");
  });

  it("is one, however many are made at the same time", async () => {
    await using server = await open();
    const made = await Promise.all(Array.from({ length: 8 }, (_, i) => put(server, device(`D${i}`))));
    expect(made.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    const { device_id: left } = (await server.request("GET", path, undefined, "B1")).body;
    expect(Object.keys(await query(server))).toEqual([left]);
    const devices = (await server.request("GET", `${v3}/devices`, undefined, "B1")).body.devices as { device_id: string }[];
    expect(devices.map(({ device_id: id }) => id).toSorted()).toEqual(["B1", String(left)].toSorted());
  });
});
