import { createCipheriv, createDecipheriv, createHmac, randomBytes, scryptSync } from "node:crypto";
import { ClientError } from "../errors.ts";

/** How keys and values look in the file. */
export interface ValueCoding {
  /** The form of a key; equal for equal keys. */
  encodeKey(table: string, key: string): string;
  encode(table: string, key: string, value: unknown): Uint8Array;
  /** @throws {ClientError} `WRONG_PASSPHRASE` if it was not encoded like this. */
  decode(table: string, encodedKey: string, bytes: Uint8Array): { readonly key: string; readonly value: unknown };
}

/** Leaves everything readable. */
export const plainCoding: ValueCoding = {
  encodeKey: (_, key) => key,
  encode: (_, _key, value) => Buffer.from(JSON.stringify(value)),
  decode: (_, key, bytes) => ({ key, value: JSON.parse(Buffer.from(bytes).toString()) }),
};

const nonceBytes = 12;
const tagBytes = 16;

/**
 * Encrypts values, and the keys with them, by AES-256-GCM; both are bound to their place, so that rows cannot be
 * swapped. The key comes from the passphrase by scrypt.
 */
export function passphraseCoding(passphrase: string, salt: Uint8Array): ValueCoding {
  const secret = scryptSync(passphrase, salt, 64, { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 });
  const cipherKey = secret.subarray(0, 32);
  const nameKey = secret.subarray(32);
  const encodeKey = (table: string, key: string): string => createHmac("sha256", nameKey).update(`${table}\0${key}`).digest("base64url");
  return {
    encodeKey,
    encode(table, key, value) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv("aes-256-gcm", cipherKey, nonce);
      cipher.setAAD(Buffer.from(`${table}\0${encodeKey(table, key)}`));
      const text = Buffer.concat([cipher.update(JSON.stringify([key, value])), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), text]);
    },
    decode(table, encodedKey, bytes) {
      try {
        const decipher = createDecipheriv("aes-256-gcm", cipherKey, bytes.subarray(0, nonceBytes));
        decipher.setAAD(Buffer.from(`${table}\0${encodedKey}`));
        decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
        const text = Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]);
        // Authenticated, so written by `encode`.
        const [key, value] = JSON.parse(text.toString()) as [string, unknown];
        return { key, value };
      } catch (error) {
        throw new ClientError("WRONG_PASSPHRASE", "the store was written with another passphrase, or is damaged", error);
      }
    },
  };
}
