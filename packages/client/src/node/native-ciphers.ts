import nodeCrypto from "node:crypto";
import { hchacha } from "@noble/ciphers/chacha.js";
import type { SealingCiphers } from "../stores/sealed-coding.ts";

const [hashBlockBytes, tagBytes, halfNonceBytes] = [64, 16, 16];
const cipher = "chacha20-poly1305";
const utf8 = /* @__PURE__ */ new TextEncoder();

/** The ciphers of Node, which has XChaCha20-Poly1305 but for the step from its nonce to a key, and HMAC only at the cost of an object each time. */
export const nativeCiphers: SealingCiphers = {
  mac(key) {
    if (key.length > hashBlockBytes) throw new RangeError(`a key of ${key.length} bytes has to be hashed first`);
    const pad = (value: number): Uint8Array => Uint8Array.from({ length: hashBlockBytes }, (_, at) => (key[at] ?? 0) ^ value);
    const [inner, outer] = [pad(0x36), pad(0x5c)];
    return (text) => digest(outer, digest(inner, utf8.encode(text)));
  },
  encrypt(key, nonce, { place, bytes }) {
    const sealing = nodeCrypto.createCipheriv(cipher, ...keyed(key, nonce), { authTagLength: tagBytes });
    sealing.setAAD(place, { plaintextLength: bytes.length });
    return Buffer.concat([sealing.update(bytes), sealing.final(), sealing.getAuthTag()]);
  },
  decrypt(key, nonce, { place, bytes }) {
    const sealed = bytes.subarray(0, -tagBytes);
    const opening = nodeCrypto.createDecipheriv(cipher, ...keyed(key, nonce), { authTagLength: tagBytes });
    opening.setAAD(place, { plaintextLength: sealed.length });
    opening.setAuthTag(bytes.subarray(-tagBytes));
    return Buffer.concat([opening.update(sealed), opening.final()]);
  },
};

/** Room for what is hashed at once, but for very long keys of rows. */
const hashed = /* @__PURE__ */ new Uint8Array(4096);

function digest(first: Uint8Array, second: Uint8Array): Uint8Array {
  const size = first.length + second.length;
  const bytes = size <= hashed.length ? hashed.subarray(0, size) : new Uint8Array(size);
  bytes.set(first);
  bytes.set(second, first.length);
  return nodeCrypto.hash("sha256", bytes, "buffer");
}

const sigma = /* @__PURE__ */ wordsOf(Buffer.from("expand 32-byte k"));

/**
 * The key and the nonce of ChaCha20-Poly1305.
 *
 * @see {@link https://datatracker.ietf.org/doc/html/draft-irtf-cfrg-xchacha-03#section-2.3}
 */
function keyed(key: Uint8Array, nonce: Uint8Array): [key: Uint8Array, nonce: Uint8Array] {
  const derived = new Uint32Array(8);
  hchacha(sigma, wordsOf(key), wordsOf(nonce.subarray(0, halfNonceBytes)), derived);
  return [bytesOf(derived), Buffer.concat([new Uint8Array(4), nonce.subarray(halfNonceBytes)])];
}

/** Words of four bytes, the lowest first. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, at) => view.getUint32(4 * at, true));
}

function bytesOf(words: Uint32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * words.length));
  for (const [at, word] of words.entries()) view.setUint32(4 * at, word, true);
  return new Uint8Array(view.buffer);
}
