import { describe, expect, it } from "vitest";
import { CrossSigningKey } from "./cross-signing-key.ts";
import { DeviceKeys } from "./device-keys.ts";

const device = {
  user_id: "@a:x",
  device_id: "D",
  algorithms: [],
  keys: { "ed25519:D": "k" },
  signatures: { "@a:x": { "ed25519:D": "s" } },
};
const master = { user_id: "@a:x", usage: ["master"], keys: { "ed25519:k": "k" } };

describe.each([
  ["device keys", (signatures: unknown) => DeviceKeys.is({ ...device, signatures })],
  ["cross-signing keys", (signatures: unknown) => CrossSigningKey.is({ ...master, signatures })],
])("signatures of %s", (_, takes) => {
  it("are texts by user and key ID", () => {
    expect(takes({ "@a:x": { "ed25519:D": "s" }, "@b:x": {} })).toBe(true);
    for (const signatures of [{ "@a:x": "s" }, { "@a:x": { "ed25519:D": 5 } }, { "@a:x": null }, [], "s", null]) {
      expect(takes(signatures)).toBe(false);
    }
  });

  it("of others than users are let pass, as the specification's schema does", () => {
    expect(takes({ "example.org": 5 })).toBe(true);
  });
});

describe("keys", () => {
  it("need signatures where the specification asks for them", () => {
    expect(DeviceKeys.is({ ...device, signatures: undefined })).toBe(false);
    expect(CrossSigningKey.is(master)).toBe(true);
  });

  it("are exactly one in a cross-signing key", () => {
    expect([CrossSigningKey.is({ ...master, keys: {} }), CrossSigningKey.is({ ...master, keys: { a: "1", b: "2" } })]).toEqual([
      false,
      false,
    ]);
  });
});
