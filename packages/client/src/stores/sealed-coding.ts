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

/** The ciphers of a {@link sealedCoding}, by the keys that it is given; those of all platforms give the same. */
export interface SealingCiphers {
  /** HMAC-SHA-256 of a text. */
  readonly mac: (key: Uint8Array) => (text: string) => Uint8Array;
  /** XChaCha20-Poly1305: the bytes with a tag of 16 after them. */
  readonly encrypt: (key: Uint8Array, nonce: Uint8Array, parts: { readonly place: Uint8Array; readonly bytes: Uint8Array }) => Uint8Array;
  /** @throws Where the tag is not that of the bytes. */
  readonly decrypt: SealingCiphers["encrypt"];
}

const portableCiphers: SealingCiphers = {
  mac(key) {
    const keyed = hmac.create(sha256, key);
    return (text) => keyed.clone().update(utf8.encode(text)).digest();
  },
  encrypt: (key, nonce, { place, bytes }) => xchacha20poly1305(key, nonce, place).encrypt(bytes),
  decrypt: (key, nonce, { place, bytes }) => xchacha20poly1305(key, nonce, place).decrypt(bytes),
};

/** A {@link ValueCoding} that encrypts. */
export interface SealedCoding extends ValueCoding {
  /** Encrypts a text, bound to a place. */
  seal(place: string, text: string): Uint8Array<ArrayBuffer>;
  /** @throws {ClientError} `WRONG_PASSPHRASE` if it was not sealed for this place. */
  open(place: string, bytes: Uint8Array): string;
}

/**
 * Encrypts values, and the keys with them, by XChaCha20-Poly1305; both are bound to their place, so that rows cannot be swapped. It is done here
 * and now: what browsers have takes longer to be called for a row than the row takes.
 */
export function sealedCoding(secret: Uint8Array, { mac, encrypt, decrypt }: SealingCiphers = portableCiphers): SealedCoding {
  const [cipherKey, nameKey] = [secret.slice(0, secretBytes / 2), secret.slice(secretBytes / 2)];
  const nameOf = mac(nameKey);
  const encodeKey = (table: string, key: string): string => bytesToHex(nameOf(`${table}\0${key}`).subarray(0, nameBytes));
  const placeOf = (table: string, encodedKey: string): string => `${table}\0${encodedKey}`;
  const seal = (place: string, text: string): Uint8Array<ArrayBuffer> => {
    const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
    const sealed = encrypt(cipherKey, nonce, { place: utf8.encode(place), bytes: utf8.encode(text) });
    const bytes = new Uint8Array(nonceBytes + sealed.length);
    bytes.set(nonce);
    bytes.set(sealed, nonceBytes);
    return bytes;
  };
  const open = (place: string, bytes: Uint8Array): string => {
    try {
      const sealed = { place: utf8.encode(place), bytes: bytes.subarray(nonceBytes) };
      return utf8Decoder.decode(decrypt(cipherKey, bytes.subarray(0, nonceBytes), sealed));
    } catch (error) {
      throw new ClientError("WRONG_PASSPHRASE", "the store was written with another passphrase, or is damaged", error);
    }
  };
  return {
    encodeKey,
    seal,
    open,
    encode(table, key, text) {
      const encodedKey = encodeKey(table, key);
      return { key: encodedKey, bytes: seal(placeOf(table, encodedKey), JSON.stringify([key, text])) };
    },
    decode(table, encodedKey, bytes) {
      // Authenticated, so written by `encode`.
      const [key, text] = JSON.parse(open(placeOf(table, encodedKey), bytes)) as [string, string];
      return { key, text };
    },
  };
}
