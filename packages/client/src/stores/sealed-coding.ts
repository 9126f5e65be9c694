import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { ClientError } from "../errors.ts";
import type { ValueCoding } from "./value-coding.ts";

const utf8 = /* @__PURE__ */ new TextEncoder();
const utf8Decoder = /* @__PURE__ */ new TextDecoder();

/** Bytes of the secret that {@link sealedCoding} takes. */
export const secretBytes = 64;
/** The cost of making the secret out of a passphrase by scrypt. */
export const scryptCost: { readonly N: number; readonly r: number; readonly p: number } = { N: 2 ** 15, r: 8, p: 1 };
const nonceBytes = 24;
const nameBytes = 16;

/**
 * Encrypts values, and the keys with them, by XChaCha20-Poly1305; both are bound to their place, so that rows cannot be swapped. It is done here
 * and now: what platforms have takes longer to be called for a row than the row takes.
 */
export function sealedCoding(secret: Uint8Array): ValueCoding {
  const [cipherKey, nameKey] = [secret.slice(0, secretBytes / 2), secret.slice(secretBytes / 2)];
  const names = hmac.create(sha256, nameKey);
  const encodeKey = (table: string, key: string): string =>
    bytesToHex(
      names
        .clone()
        .update(utf8.encode(`${table}\0${key}`))
        .digest()
        .subarray(0, nameBytes),
    );
  const placeOf = (table: string, encodedKey: string): Uint8Array => utf8.encode(`${table}\0${encodedKey}`);
  return {
    encodeKey,
    encode(table, key, text) {
      const encodedKey = encodeKey(table, key);
      const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
      const sealed = xchacha20poly1305(cipherKey, nonce, placeOf(table, encodedKey)).encrypt(utf8.encode(JSON.stringify([key, text])));
      const bytes = new Uint8Array(nonceBytes + sealed.length);
      bytes.set(nonce);
      bytes.set(sealed, nonceBytes);
      return { key: encodedKey, bytes };
    },
    decode(table, encodedKey, bytes) {
      try {
        const cipher = xchacha20poly1305(cipherKey, bytes.subarray(0, nonceBytes), placeOf(table, encodedKey));
        // Authenticated, so written by `encode`.
        const [key, text] = JSON.parse(utf8Decoder.decode(cipher.decrypt(bytes.subarray(nonceBytes)))) as [string, string];
        return { key, text };
      } catch (error) {
        throw new ClientError("WRONG_PASSPHRASE", "the store was written with another passphrase, or is damaged", error);
      }
    },
  };
}
