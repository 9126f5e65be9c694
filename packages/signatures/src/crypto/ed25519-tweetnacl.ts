import nacl from "tweetnacl";
import { type Bytes, type Ed25519, ED25519_SIGNATURE_SIZE_BYTES } from "./ed25519.ts";

/** `ed25519` by tweetnacl, in plain JavaScript: runs everywhere, some 80 times slower than `node:crypto`. */
export const tweetnaclEd25519: Ed25519 = {
  name: "tweetnacl",
  prepareSigner(seed) {
    const pair = nacl.sign.keyPair.fromSeed(seed);
    return { publicKey: pair.publicKey, sign: (message) => nacl.sign.detached(message, pair.secretKey) };
  },
  prepareVerifier(publicKey) {
    const verify = (message: Bytes, signature: Bytes): boolean =>
      signature.length === ED25519_SIGNATURE_SIZE_BYTES && isReduced(signature) && nacl.sign.detached.verify(message, signature, publicKey);
    return { verify, verifyAsync: async (message, signature) => verify(message, signature) };
  },
};

/** The order of the base point, in little-endian bytes. */
const order: readonly number[] = [
  0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0x10,
];

/** RFC 8032 asks that S < L, or a third party could change a signature. tweetnacl does not look; OpenSSL does. */
function isReduced(signature: Bytes): boolean {
  for (let index = order.length - 1; index >= 0; index -= 1) {
    const difference = (signature[32 + index] ?? 0) - (order[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
