import { describe, expect, it } from "vitest";
import { openDevices } from "../../tests/composed-devices.ts";
import { crossSigningKey, deviceKeys, newKey, sign, v3 } from "../../tests/device-requests.ts";

const ALICE = "@alice:example.org";
const BOB = "@bob:example.org";

describe("cross-signing signatures", () => {
  it("are merged into keys, each seen by those who may see it, and fail one by one", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    await server.login(BOB, "B1");
    const [device, master, selfSigning] = [newKey(), newKey(), newKey()];
    const keys = deviceKeys(ALICE, "A1", device);
    await server.request("POST", `${v3}/keys/upload`, { device_keys: keys }, "A1");
    const masterKey = crossSigningKey(ALICE, "master", master);
    const selfKey = sign(crossSigningKey(ALICE, "self_signing", selfSigning), ALICE, master, `ed25519:${master.publicKey}`);
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
