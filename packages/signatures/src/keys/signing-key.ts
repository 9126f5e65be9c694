import { decodeUnpaddedBase64, encodeUnpaddedBase64 } from "@patrix/identifiers";
import { defaultEd25519 } from "../crypto/default-ed25519.ts";
import { fromPkcs8, toPkcs8 } from "../crypto/der.ts";
import { type Bytes, type Ed25519, ED25519_KEY_SIZE_BYTES } from "../crypto/ed25519.ts";
import { SignaturesError } from "../errors.ts";
import { type Ed25519KeyId, parseEd25519KeyId } from "./key-id.ts";

/** A private key of a server or device, prepared for signing. Printing it shows no secret. */
export interface SigningKey {
  readonly keyId: Ed25519KeyId;
  /** The public key, unpadded base64. */
  readonly publicKey: string;
  /** The signature of a message, 64 bytes. */
  sign(message: Bytes): Bytes;
  /** The secret seed of 32 bytes, a fresh copy. */
  exportSeed(): Bytes;
}

/**
 * Prepares a signing key from its seed: 32 bytes, or their base64.
 *
 * @throws {@link SignaturesError} `INVALID_KEY` if the seed is not 32 bytes, `INVALID_KEY_ID` if `keyId` is not `ed25519:…`.
 * @example
 * const key = signingKeyFromSeed("YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1", "ed25519:1");
 * key.publicKey; // XGX0JRS2Af3be3knz2fBiRbApjm2Dh61gXDJA8kcJNI
 */
export function signingKeyFromSeed(seed: Bytes | string, keyId: string, ed25519: Ed25519 = defaultEd25519()): SigningKey {
  const id = parseEd25519KeyId(keyId);
  const secret = decodeKey(seed, "seed");
  const signer = ed25519.prepareSigner(secret);
  return {
    keyId: id,
    publicKey: encodeUnpaddedBase64(signer.publicKey),
    sign: (message) => signer.sign(message),
    exportSeed: () => Uint8Array.from(secret),
  };
}

/** Fills an array with random bytes, as `crypto.getRandomValues` does. */
export type RandomBytes = (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;

/**
 * Makes a new signing key.
 *
 * @param random the source of randomness; default `crypto.getRandomValues`.
 * @throws {@link SignaturesError} `INVALID_KEY_ID` if `keyId` is not `ed25519:…`.
 */
export function generateSigningKey(
  keyId: string,
  random: RandomBytes = (bytes) => crypto.getRandomValues(bytes),
  ed25519?: Ed25519,
): SigningKey {
  return signingKeyFromSeed(random(new Uint8Array(ED25519_KEY_SIZE_BYTES)), keyId, ed25519);
}

/**
 * Reads a signing key from PKCS#8 in DER.
 *
 * @throws {@link SignaturesError} `INVALID_KEY` or `INVALID_KEY_ID`.
 */
export function signingKeyFromPkcs8(der: Bytes, keyId: string, ed25519?: Ed25519): SigningKey {
  return signingKeyFromSeed(fromPkcs8(der), keyId, ed25519);
}

/** Writes a signing key as PKCS#8 in DER. The result is secret. */
export function signingKeyToPkcs8(key: SigningKey): Bytes {
  return toPkcs8(key.exportSeed());
}

/** @internal Decodes 32 bytes of a key. */
export function decodeKey(key: Bytes | string, what: string): Bytes {
  const bytes = typeof key === "string" ? decodeBase64(key) : Uint8Array.from(key);
  if (bytes?.length === ED25519_KEY_SIZE_BYTES) return bytes;
  throw new SignaturesError("INVALID_KEY", `the ${what} of an ed25519 key has ${ED25519_KEY_SIZE_BYTES} bytes, in base64 or as bytes`);
}

/** @internal Decodes base64, `undefined` for what is none. */
export function decodeBase64(text: string): Bytes | undefined {
  try {
    return decodeUnpaddedBase64(text);
  } catch {
    return undefined;
  }
}
