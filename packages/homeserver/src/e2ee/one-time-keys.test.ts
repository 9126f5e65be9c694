import { describe, expect, it } from "vitest";
import { type TemporaryCore, temporaryCore } from "../../tests/temporary-core.ts";
import { LimitError } from "../errors.ts";
import { limits } from "../limits.ts";
import { operation } from "../store/statement.ts";
import { insertDevice } from "../store/statements/devices.ts";
import { OneTimeKeys, type UploadedKeys } from "./one-time-keys.ts";

const [device, other] = [64, 128];
const ownerOf = (deviceNid: number) => ({ userNid: 1, deviceNid });
const algorithm = "signed_curve25519";
const key = (text: string) => ({ key: text });
const numbered = (from: number, to: number): UploadedKeys =>
  Object.fromEntries(Array.from({ length: to - from }, (_, i) => [`${algorithm}:${from + i}`, key(String(from + i))]));
const failsWith = (code: string): unknown => expect.objectContaining({ name: "E2eeError", code });

/** A core that knows both devices: keys of a device that is gone are not stored. */
async function coreWithDevices(): Promise<TemporaryCore> {
  const fixture = await temporaryCore();
  const operations = [device, other].map((nid) => operation(insertDevice, nid, 1, `DEVICE${nid}`, null, 0));
  await fixture.core.log.append({ positions: [], operations });
  return fixture;
}

describe("the one-time keys of a device", () => {
  it("are handed out once each, the oldest first, however many ask at once, and over a restart", async () => {
    await using fixture = await coreWithDevices();
    const keys = new OneTimeKeys(fixture.core);
    await keys.upload(ownerOf(device), numbered(0, 15), {});
    await keys.upload(ownerOf(device), numbered(15, 30), {});
    await keys.upload(ownerOf(other), numbered(0, 1), {});
    const claimed = await Promise.all(Array.from({ length: 20 }, () => keys.claim(device, algorithm)));
    expect(claimed).toEqual(Array.from({ length: 20 }, (_, i) => ({ keyId: `${algorithm}:${i}`, key: key(String(i)) })));
    const again = new OneTimeKeys(await fixture.restart());
    for (let i = 20; i < 30; i++) expect((await again.claim(device, algorithm))?.keyId).toBe(`${algorithm}:${i}`);
    expect([await again.claim(device, algorithm), await again.claim(other, "other")]).toEqual([undefined, undefined]);
  });

  it("are counted by algorithm, as each upload and claim leaves them", async () => {
    await using fixture = await coreWithDevices();
    const keys = new OneTimeKeys(fixture.core);
    expect(await keys.counts(device)).toEqual({ [algorithm]: 0 });
    await keys.upload(ownerOf(device), { ...numbered(0, 3), "other:a": "text" }, {});
    expect(await keys.counts(device)).toEqual({ [algorithm]: 3, other: 1 });
    await keys.claim(device, algorithm);
    await keys.claim(device, "other");
    expect([await keys.counts(device), await keys.counts(other)]).toEqual([{ [algorithm]: 2 }, { [algorithm]: 0 }]);
  });

  it("stay as they are when one is uploaded again; another key in its place fails the whole upload", async () => {
    await using fixture = await coreWithDevices();
    const keys = new OneTimeKeys(fixture.core);
    await keys.upload(ownerOf(device), { [`${algorithm}:0`]: { key: "0", more: 1 } }, {});
    await keys.upload(ownerOf(device), { [`${algorithm}:0`]: { more: 1, key: "0" } }, {});
    await expect(keys.upload(ownerOf(device), { ...numbered(1, 3), [`${algorithm}:0`]: key("2") }, {})).rejects.toEqual(
      failsWith("KEY_EXISTS"),
    );
    expect(await keys.counts(device)).toEqual({ [algorithm]: 1 });
    expect(await keys.claim(device, algorithm)).toEqual({ keyId: `${algorithm}:0`, key: { key: "0", more: 1 } });
  });

  it("are limited in number, those that are stored counted, and in size", async () => {
    await using fixture = await coreWithDevices();
    const keys = new OneTimeKeys(fixture.core);
    const most = limits.oneTimeKeys.value;
    await keys.upload(ownerOf(device), numbered(0, most), {});
    await expect(keys.upload(ownerOf(device), numbered(most, most + 1), {})).rejects.toThrow(LimitError);
    await keys.upload(ownerOf(device), numbered(most - 1, most), {});
    await keys.claim(device, algorithm);
    await keys.upload(ownerOf(device), numbered(most, most + 1), {});
    await expect(keys.upload(ownerOf(other), { "a:b": "x".repeat(limits.oneTimeKeyBytes.value - 1) }, {})).rejects.toThrow(LimitError);
    await keys.upload(ownerOf(other), { "a:b": "x".repeat(limits.oneTimeKeyBytes.value - 2) }, {});
  });

  it.each(["", ":", "a:", ":b", "ab", `a:${"b".repeat(254)}`])("have no ID like %j", async (keyId) => {
    await using fixture = await coreWithDevices();
    const keys = new OneTimeKeys(fixture.core);
    await expect(keys.upload(ownerOf(device), { [keyId]: key("1"), ...numbered(0, 1) }, {})).rejects.toEqual(failsWith("MALFORMED_KEY"));
    expect(await keys.counts(device)).toEqual({ [algorithm]: 0 });
  });

  it("are values that Canonical JSON allows", async () => {
    await using fixture = await coreWithDevices();
    await expect(new OneTimeKeys(fixture.core).upload(ownerOf(device), { "a:b": { key: 1.5 } }, {})).rejects.toEqual(
      failsWith("MALFORMED_KEY"),
    );
  });
});

describe("the fallback key of an algorithm", () => {
  it("is handed out again and again when no one-time key is left, and is unused until then", async () => {
    await using fixture = await coreWithDevices();
    const keys = new OneTimeKeys(fixture.core);
    const fallback = { keyId: `${algorithm}:f`, key: { key: "f", fallback: true } };
    await keys.upload(ownerOf(device), numbered(0, 1), { [fallback.keyId]: fallback.key });
    expect((await keys.claim(device, algorithm))?.keyId).toBe(`${algorithm}:0`);
    expect(await keys.unusedFallbackAlgorithms(device)).toEqual([algorithm]);
    for (let i = 0; i < 2; i++) expect(await keys.claim(device, algorithm)).toEqual(fallback);
    expect(await keys.unusedFallbackAlgorithms(device)).toEqual([]);
    await keys.upload(ownerOf(device), {}, { [`${algorithm}:g`]: { key: "g" } });
    expect(await keys.unusedFallbackAlgorithms(device)).toEqual([algorithm]);
    expect((await keys.claim(device, algorithm))?.keyId).toBe(`${algorithm}:g`);
  });

  it("is one of at most so many of a device, fallbackKeys, over all uploads", async () => {
    await using fixture = await coreWithDevices();
    const keys = new OneTimeKeys(fixture.core);
    const most = limits.fallbackKeys.value;
    const ofAlgorithms = (from: number, to: number): UploadedKeys =>
      Object.fromEntries(Array.from({ length: to - from }, (_, i) => [`a${from + i}:k`, key("k")]));
    await keys.upload(ownerOf(device), {}, ofAlgorithms(0, most - 1));
    await keys.upload(ownerOf(device), {}, ofAlgorithms(0, most));
    await expect(keys.upload(ownerOf(device), numbered(0, 1), ofAlgorithms(most, most + 1))).rejects.toMatchObject({
      limit: "fallbackKeys",
    });
    expect(await keys.unusedFallbackAlgorithms(device)).toHaveLength(most);
    expect(await keys.counts(device)).toEqual({ [algorithm]: 0 });
    await keys.upload(ownerOf(other), {}, ofAlgorithms(most, most + 1));
  });

  it("is the only one of its algorithm in an upload", async () => {
    await using fixture = await coreWithDevices();
    const two = { "a:1": key("1"), "a:2": key("2") };
    await expect(new OneTimeKeys(fixture.core).upload(ownerOf(device), {}, two)).rejects.toEqual(failsWith("INVALID_KEY"));
  });
});
