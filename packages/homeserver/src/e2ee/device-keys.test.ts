import type { JsonObject } from "@patrix/api";
import { describe, expect, it } from "vitest";
import { openDevices } from "../../tests/composed-devices.ts";
import { deviceKeys, oneTimeKeys, sync, v3 } from "../../tests/device-requests.ts";

const ALICE = "@alice:example.org";
const BOB = "@bob:example.org";

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

  it("are named by an algorithm and the device, and are base64 of at most 4,096 letters", async () => {
    await using server = await openDevices();
    const alice = await server.login(ALICE, "A1");
    const own = { "ed25519:A1": "aGk" };
    const upload = (keys: object | null): Promise<void> =>
      server.e2ee.deviceKeys.upload(alice, { user_id: ALICE, device_id: "A1", keys: keys as JsonObject | null });
    const longest = "a".repeat(4096);
    await upload({ ...own, "curve25519:A1": longest, "org.example.x-1:A1": "aGk=", [`${"x".repeat(64)}:A1`]: "-_+/" });
    const names = ["curve25519:A2", "curve25519", ":A1", "a b:A1", `${"x".repeat(65)}:A1`];
    for (const more of [
      ...names.map((name) => ({ [name]: "a" })),
      ...["", "a!", "a===", `${longest}a`, 1].map((text) => ({ "x:A1": text })),
    ])
      await expect(upload({ ...own, ...more })).rejects.toMatchObject({ code: "INVALID_KEY" });
    for (const keys of [{}, [], null]) await expect(upload(keys)).rejects.toMatchObject({ code: "INVALID_KEY" });
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
