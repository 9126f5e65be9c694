import { describe, expect, it } from "vitest";
import { nodeEd25519 } from "./ed25519-node.ts";
import { tweetnaclEd25519 } from "./ed25519-tweetnacl.ts";
import { findNodeCrypto } from "./node-crypto.ts";
import { nodeSha256, portableSha256 } from "./sha256.ts";

const node = findNodeCrypto()!;
const seed = Uint8Array.from({ length: 32 }, (_, index) => index);
const message = new TextEncoder().encode("message");
const reference = tweetnaclEd25519.prepareSigner(seed);

describe.each([nodeEd25519(node), tweetnaclEd25519])("ed25519 by $name", (ed25519) => {
  it("makes the same keys and signatures as the others", () => {
    const signer = ed25519.prepareSigner(seed);
    expect([...signer.publicKey]).toEqual([...reference.publicKey]);
    expect([...signer.sign(message)]).toEqual([...reference.sign(message)]);
  });

  it("accepts the signature and nothing else, in both forms", async () => {
    const signature = Uint8Array.from(reference.sign(message));
    const verifier = ed25519.prepareVerifier(reference.publicKey);
    const flipped = signature.with(0, (signature[0] ?? 0) ^ 1);
    const cases: [Uint8Array, Uint8Array, boolean][] = [
      [message, signature, true],
      [message.with(0, 0), signature, false],
      [message, flipped, false],
      [message, plusOrder(signature), false],
      [message, signature.slice(1), false],
      [message, new Uint8Array(0), false],
    ];
    for (const [text, candidate, expected] of cases) {
      expect(verifier.verify(text, candidate)).toBe(expected);
      expect(await verifier.verifyAsync(text, candidate)).toBe(expected);
    }
  });
});

/** The same signature with the group order added to S: verifies without the range check of RFC 8032. */
function plusOrder(signature: Uint8Array): Uint8Array {
  let order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const result = Uint8Array.from(signature);
  let carry = 0;
  for (let index = 32; index < 64; index += 1) {
    const sum = (result[index] ?? 0) + Number(order & 255n) + carry;
    result[index] = sum & 255;
    carry = sum >> 8;
    order >>= 8n;
  }
  return result;
}

describe("SHA-256", () => {
  it("is the same by node:crypto and in plain JavaScript", () => {
    for (const text of ["", "abc", "é💩", "x".repeat(1000)]) expect(nodeSha256(node)?.(text)).toBe(portableSha256(text));
    expect(portableSha256("abc")).toBe("ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0");
  });
});
