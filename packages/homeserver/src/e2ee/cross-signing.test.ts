import { describe, expect, it } from "vitest";
import { openDevices } from "../../tests/composed-devices.ts";
import { crossSigningKey, newKey, sign, v3 } from "../../tests/device-requests.ts";

const ALICE = "@alice:example.org";

describe("cross-signing", () => {
  it("is uploaded once without authentication and replaced only with it", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    const upload = (body: object) => server.request("POST", `${v3}/keys/device_signing/upload`, body, "A1");
    const first = { master_key: crossSigningKey(ALICE, "master", newKey()) };
    expect((await upload(first)).status).toBe(200);
    expect((await upload(first)).status).toBe(200);
    const second = { master_key: crossSigningKey(ALICE, "master", newKey()) };
    const asked = await upload(second);
    expect(asked).toMatchObject({ status: 401, body: { flows: [{ stages: ["m.login.password"] }] } });
    const auth = { type: "m.login.password", session: asked.body.session, identifier: { type: "m.id.user", user: ALICE } };
    expect((await upload({ ...second, auth: { ...auth, password: "wrong" } })).body.errcode).toBe("M_FORBIDDEN");
    expect((await upload({ ...second, auth: { ...auth, password: "secret" } })).status).toBe(200);
    const { body } = await server.request("POST", `${v3}/keys/query`, { device_keys: { [ALICE]: [] } }, "A1");
    expect(body.master_keys[ALICE]).toEqual(second.master_key);
  });

  it("has for each key its user, its usage, and one Ed25519 key that is named by itself", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    const key = crossSigningKey(ALICE, "master", newKey());
    const named = (publicKey: string | number, name = publicKey) => ({ keys: { [`ed25519:${name}`]: publicKey } });
    const { publicKey } = newKey();
    const malformed: object[] = [
      { user_id: "@bob:example.org" },
      { usage: ["self_signing"] },
      { usage: "master" },
      { keys: {} },
      { keys: { ...key.keys, "ed25519:x": "x" } },
      { keys: { [`x:${publicKey}`]: publicKey } },
      named("x"),
      named(publicKey.slice(4)),
      named(`${publicKey}AAAA`),
      named(""),
      named(publicKey, "other"),
      named(1),
    ];
    for (const more of malformed) {
      const body = { master_key: { ...key, ...more } };
      expect([more, (await server.request("POST", `${v3}/keys/device_signing/upload`, body, "A1")).status]).toEqual([more, 400]);
    }
    expect((await server.request("POST", `${v3}/keys/device_signing/upload`, { master_key: key }, "A1")).status).toBe(200);
  });

  it("refuses keys that the master key did not sign, and keys without one", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    const upload = (body: object) => server.request("POST", `${v3}/keys/device_signing/upload`, body, "A1");
    const selfSigning = crossSigningKey(ALICE, "self_signing", newKey());
    expect((await upload({ self_signing_key: selfSigning })).body.errcode).toBe("M_MISSING_PARAM");
    const signed = sign(selfSigning, ALICE, newKey(), "ed25519:other");
    expect((await upload({ master_key: crossSigningKey(ALICE, "master", newKey()), self_signing_key: signed })).body.errcode).toBe(
      "M_INVALID_SIGNATURE",
    );
  });
});
