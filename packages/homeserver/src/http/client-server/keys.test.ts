import { describe, expect, it } from "vitest";
import { openDevices } from "../../../tests/composed-devices.ts";
import { crossSigningKey, deviceKeys, newKey, oneTimeKeys, sync, v3 } from "../../../tests/device-requests.ts";

const ALICE = "@alice:example.org";
const BOB = "@bob:example.org";

describe("one-time keys over HTTP", () => {
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
    await server.e2ee.oneTimeKeys.upload(alice, oneTimeKeys(2, "Z"), {});
    await server.e2ee.oneTimeKeys.upload(alice, oneTimeKeys(2, "B"), {});
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

  it("are those of the users who are named, whoever else is named with them", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    await server.request("POST", `${v3}/keys/upload`, { one_time_keys: oneTimeKeys(2) }, "A1");
    const claim = { one_time_keys: { "@nobody:example.org": { A1: "signed_curve25519" }, [ALICE]: { A1: "signed_curve25519" } } };
    const { body } = await server.request("POST", `${v3}/keys/claim`, claim, "A1");
    expect(Object.keys(body.one_time_keys)).toEqual([ALICE]);
    await server.request("POST", `${v3}/keys/upload`, { device_keys: deviceKeys(ALICE, "A1", newKey()) }, "A1");
    const query = { device_keys: { "@nobody:example.org": [], [ALICE]: [] } };
    const queried = (await server.request("POST", `${v3}/keys/query`, query, "A1")).body.device_keys;
    expect([queried["@nobody:example.org"], Object.keys(queried[ALICE])]).toEqual([{}, ["A1"]]);
  });
});

describe("cross-signing keys over HTTP", () => {
  it("need no proof where they are the first ones or none, whatever session the request names", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    const auth = { type: "m.login.password", session: "of another request" };
    const upload = async (body: object): Promise<number> =>
      (await server.request("POST", `${v3}/keys/device_signing/upload`, body, "A1")).status;
    expect(await upload({})).toBe(200);
    expect(await upload({ master_key: crossSigningKey(ALICE, "master", newKey()), auth })).toBe(200);
    expect(await upload({ master_key: crossSigningKey(ALICE, "master", newKey()), auth })).toBe(401);
  });
});
