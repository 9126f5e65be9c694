import { expect, it } from "vitest";
import { newKey, sign } from "../../tests/device-requests.ts";
import { isPublicKey, isSignedWith, signatureBy } from "./verify-signature.ts";

const alice = "@alice:example.org";

it("a public key is the base64 of 32 bytes", () => {
  const { publicKey } = newKey();
  expect([isPublicKey(publicKey), isPublicKey("")]).toEqual([true, false]);
  for (const text of [publicKey.slice(4), `${publicKey}AAAA`, `!${publicKey.slice(1)}`]) expect(isPublicKey(text)).toBe(false);
});

it("a signature is that of one key on one object, whatever its name, and what is malformed is none", () => {
  const key = newKey();
  const signed = sign({ a: 1 }, alice, key, "ed25519:A DEVICE");
  const signature = signatureBy(signed, alice, "ed25519:A DEVICE");
  expect(isSignedWith({ a: 1, unsigned: { b: 2 } }, key.publicKey, signature)).toBe(true);
  expect(isSignedWith({ a: 2 }, key.publicKey, signature)).toBe(false);
  expect(isSignedWith({ a: 1 }, newKey().publicKey, signature)).toBe(false);
  for (const malformed of ["", "!", 1, undefined, null]) expect(isSignedWith({ a: 1 }, key.publicKey, malformed)).toBe(false);
  expect(isSignedWith({ a: 1 }, "no key", signature)).toBe(false);
});

it("a signature is found by its user and key, where there is one", () => {
  const object = { signatures: { [alice]: { "ed25519:A": "x" } } };
  expect(signatureBy(object, alice, "ed25519:A")).toBe("x");
  expect([signatureBy(object, alice, "ed25519:B"), signatureBy(object, "@bob:example.org", "ed25519:A")]).toEqual([undefined, undefined]);
  expect(signatureBy({}, alice, "ed25519:A")).toBeUndefined();
});
