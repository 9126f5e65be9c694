import type { EncryptedSecretData, SecretStorageKeyContent, SecretStoragePassphrase } from "@patrix/events";
import { decodeUnpaddedBase64, encodeUnpaddedBase64 } from "@patrix/identifiers";
import { CryptoError } from "../errors.ts";

/** Rounds for a new passphrase, as many as its derivation may take in a second or so. */
const newIterations = 500_000;
/** Rounds of a passphrase that somebody else has set up; more would only hold the program up. */
const maxIterations = 10_000_000;
/** What a key is checked by: that many zero bytes, encrypted. */
const checkText = "\0".repeat(32);

const decode = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(decodeUnpaddedBase64(text));

/** Makes the description of a new passphrase. */
export function newPassphrase(): SecretStoragePassphrase {
  const salt = encodeUnpaddedBase64(globalThis.crypto.getRandomValues(new Uint8Array(24)));
  return { algorithm: "m.pbkdf2", salt, iterations: newIterations, bits: 256 };
}

/** Derives the key of a passphrase. @throws {CryptoError} `WRONG_RECOVERY_KEY` for a description that cannot be used. */
export async function keyOfPassphrase(
  passphrase: string,
  { algorithm, salt, iterations, bits = 256 }: SecretStoragePassphrase,
): Promise<Uint8Array<ArrayBuffer>> {
  if (algorithm !== "m.pbkdf2" || bits !== 256 || iterations < 1 || iterations > maxIterations)
    throw new CryptoError("WRONG_RECOVERY_KEY", "the passphrase of secret storage is derived in a way that is not supported");
  const { subtle } = globalThis.crypto;
  const text = new TextEncoder();
  const secret = await subtle.importKey("raw", text.encode(passphrase), "PBKDF2", false, ["deriveBits"]);
  return new Uint8Array(await subtle.deriveBits({ name: "PBKDF2", hash: "SHA-512", salt: text.encode(salt), iterations }, secret, bits));
}

async function deriveKeys(key: Uint8Array<ArrayBuffer>, name: string): Promise<{ readonly aes: CryptoKey; readonly mac: CryptoKey }> {
  const { subtle } = globalThis.crypto;
  const secret = await subtle.importKey("raw", key, "HKDF", false, ["deriveBits"]);
  const derivation = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info: new TextEncoder().encode(name) };
  const bits = new Uint8Array(await subtle.deriveBits(derivation, secret, 512));
  return {
    aes: await subtle.importKey("raw", bits.slice(0, 32), "AES-CTR", false, ["encrypt", "decrypt"]),
    mac: await subtle.importKey("raw", bits.slice(32), { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]),
  };
}

/**
 * Encrypts a secret by `m.secret_storage.v1.aes-hmac-sha2`.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#msecret_storagev1aes-hmac-sha2-1}
 */
export async function encryptSecret(key: Uint8Array<ArrayBuffer>, name: string, secret: string): Promise<EncryptedSecretData> {
  const counter = globalThis.crypto.getRandomValues(new Uint8Array(16));
  // Bit 63 stays 0, for implementations whose counter is 64 bits wide.
  counter[8] = (counter[8] ?? 0) & 0x7f;
  return encryptWith(key, name, { secret, counter });
}

async function encryptWith(
  key: Uint8Array<ArrayBuffer>,
  name: string,
  { secret, counter }: { readonly secret: string; readonly counter: Uint8Array<ArrayBuffer> },
): Promise<EncryptedSecretData> {
  const { subtle } = globalThis.crypto;
  const { aes, mac } = await deriveKeys(key, name);
  const ciphertext = new Uint8Array(await subtle.encrypt({ name: "AES-CTR", counter, length: 64 }, aes, new TextEncoder().encode(secret)));
  const signature = new Uint8Array(await subtle.sign("HMAC", mac, ciphertext));
  return { iv: encodeUnpaddedBase64(counter), ciphertext: encodeUnpaddedBase64(ciphertext), mac: encodeUnpaddedBase64(signature) };
}

/** Decrypts a secret. @throws {CryptoError} `WRONG_RECOVERY_KEY` if it was encrypted by another key, or was changed. */
export async function decryptSecret(
  key: Uint8Array<ArrayBuffer>,
  name: string,
  { iv, ciphertext, mac }: EncryptedSecretData,
): Promise<string> {
  const { subtle } = globalThis.crypto;
  const keys = await deriveKeys(key, name);
  const bytes = decode(ciphertext);
  if (!(await subtle.verify("HMAC", keys.mac, decode(mac), bytes)))
    throw new CryptoError("WRONG_RECOVERY_KEY", `the secret ${name} is encrypted by another key, or was changed`);
  return new TextDecoder().decode(await subtle.decrypt({ name: "AES-CTR", counter: decode(iv), length: 64 }, keys.aes, bytes));
}

/** What a description of a key says to check it by. */
export async function keyCheck(key: Uint8Array<ArrayBuffer>): Promise<Required<Pick<SecretStorageKeyContent, "iv" | "mac">>> {
  const { iv, mac } = await encryptSecret(key, "", checkText);
  return { iv, mac };
}

/** Whether a key is the one of a description; one without a check is taken. */
export async function isKeyOf(key: Uint8Array<ArrayBuffer>, { iv, mac }: SecretStorageKeyContent): Promise<boolean> {
  if (iv === undefined || mac === undefined) return true;
  const check = await encryptWith(key, "", { secret: checkText, counter: decode(iv) });
  return check.mac === mac.replace(/=+$/, "");
}
