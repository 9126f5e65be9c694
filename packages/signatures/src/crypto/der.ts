import { SignaturesError } from "../errors.ts";
import { type Bytes, ED25519_KEY_SIZE_BYTES } from "./ed25519.ts";

// RFC 8410: everything before the 32 bytes of the key is constant.
const pkcs8Prefix: readonly number[] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
const spkiPrefix: readonly number[] = [0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0];

/** Wraps a seed of 32 bytes as PKCS#8 in DER. */
export function toPkcs8(seed: Bytes): Bytes {
  return Uint8Array.from([...pkcs8Prefix, ...seed]);
}

/** Wraps a public key of 32 bytes as SubjectPublicKeyInfo in DER. */
export function toSpki(publicKey: Bytes): Bytes {
  return Uint8Array.from([...spkiPrefix, ...publicKey]);
}

/**
 * The seed in a PKCS#8 document of version 1, in DER, as Node and OpenSSL write it.
 *
 * @throws {@link SignaturesError} `INVALID_KEY` for anything else.
 */
export function fromPkcs8(der: Bytes): Bytes {
  const matches = der.length === pkcs8Prefix.length + ED25519_KEY_SIZE_BYTES && pkcs8Prefix.every((byte, index) => der[index] === byte);
  if (!matches) throw new SignaturesError("INVALID_KEY", `expected an ed25519 key as PKCS#8 version 1, got ${der.length} other bytes`);
  return der.slice(pkcs8Prefix.length);
}
