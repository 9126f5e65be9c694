import { decodeUnpaddedBase64, encodeUnpaddedBase64 } from "@patrix/identifiers";
import { CryptoError } from "../errors.ts";

const first = "-----BEGIN MEGOLM SESSION DATA-----";
const last = "-----END MEGOLM SESSION DATA-----";
const version = 1;
/** Lengths of what a file is made of, in bytes: version, salt, IV, rounds; the text; the MAC. */
const [saltBytes, ivBytes, headBytes, macBytes] = [16, 16, 1 + 16 + 16 + 4, 32];
/** Rounds for a new file, as many as their derivation may take in a second or so. */
const newRounds = 500_000;
/** The fewest rounds of a file that is made. */
const minNewRounds = 100_000;
/** Rounds of a file that somebody else has made; more would only hold the program up. */
const maxRounds = 10_000_000;
/** The longest file that is read or made, in characters: some 500,000 keys. */
export const maxKeyFileLength: number = 256 * 1024 * 1024;
const lineLength = 128;

/** How a file of keys is made. */
export interface KeyFileOptions {
  /** How often the passphrase is hashed, 100,000 to 10,000,000: who guesses it has to do so too. Default: 500,000. */
  readonly rounds?: number | undefined;
}

/**
 * Encrypts room keys as a file by a passphrase, in the format that clients exchange.
 *
 * @throws {CryptoError} `BAD_KEY_FILE` for an empty passphrase, rounds out of range, and what would make too long a file.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#key-exports}
 */
export async function encryptKeyFile(text: string, passphrase: string, { rounds = newRounds }: KeyFileOptions = {}): Promise<string> {
  if (passphrase === "") throw new CryptoError("BAD_KEY_FILE", "passphrase: there has to be one");
  if (!Number.isInteger(rounds) || rounds < minNewRounds || rounds > maxRounds)
    throw new CryptoError("BAD_KEY_FILE", `rounds: a whole number from ${minNewRounds} to ${maxRounds} is wanted`);
  const plain = new TextEncoder().encode(text);
  requireLength((plain.length / 3) * 4);
  const salt = globalThis.crypto.getRandomValues(new Uint8Array(saltBytes));
  const iv = globalThis.crypto.getRandomValues(new Uint8Array(ivBytes));
  // The counter of one implementation or another may have 64 bits: it must not overflow.
  iv[8] = (iv[8] ?? 0) & 0x7f;
  const { aes, mac } = await deriveKeys(passphrase, salt, rounds);
  const { subtle } = globalThis.crypto;
  const encrypted = new Uint8Array(await subtle.encrypt({ name: "AES-CTR", counter: iv, length: 64 }, aes, plain));
  const bytes = new Uint8Array(headBytes + encrypted.length + macBytes);
  bytes[0] = version;
  bytes.set(salt, 1);
  bytes.set(iv, 1 + saltBytes);
  new DataView(bytes.buffer).setUint32(1 + saltBytes + ivBytes, rounds);
  bytes.set(encrypted, headBytes);
  const signed = bytes.subarray(0, bytes.length - macBytes);
  bytes.set(new Uint8Array(await subtle.sign("HMAC", mac, signed)), signed.length);
  return [first, ...toLines(bytes), last, ""].join("\n");
}

/**
 * Reads a file of room keys.
 *
 * @throws {CryptoError} `BAD_KEY_FILE` for what is no such file; `WRONG_PASSPHRASE` where the passphrase is another one, or the file was changed.
 */
export async function decryptKeyFile(text: string, passphrase: string): Promise<string> {
  const bytes = readBytes(text);
  if (bytes.length < headBytes + macBytes) throw new CryptoError("BAD_KEY_FILE", "the file is too short: a part of it is missing");
  if (bytes[0] !== version) throw new CryptoError("BAD_KEY_FILE", `version: ${version} is known, and the file has ${bytes[0]}`);
  const rounds = new DataView(bytes.buffer).getUint32(1 + saltBytes + ivBytes);
  if (rounds < 1 || rounds > maxRounds)
    throw new CryptoError("BAD_KEY_FILE", `rounds: 1 to ${maxRounds} are supported, and the file has ${rounds}`);
  const { aes, mac } = await deriveKeys(passphrase, bytes.slice(1, 1 + saltBytes), rounds);
  const signedLength = bytes.length - macBytes;
  const { subtle } = globalThis.crypto;
  if (!(await subtle.verify("HMAC", mac, bytes.subarray(signedLength), bytes.subarray(0, signedLength))))
    throw new CryptoError("WRONG_PASSPHRASE", "the passphrase is not that of the file, or the file is damaged");
  const counter = bytes.slice(1 + saltBytes, 1 + saltBytes + ivBytes);
  const plain = await subtle.decrypt({ name: "AES-CTR", counter, length: 64 }, aes, bytes.subarray(headBytes, signedLength));
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(plain);
  } catch (error) {
    throw new CryptoError("BAD_KEY_FILE", "the keys in the file are no text", error);
  }
}

function requireLength(length: number): void {
  if (length > maxKeyFileLength) throw new CryptoError("BAD_KEY_FILE", `the file is longer than ${maxKeyFileLength} characters`);
}

function readBytes(text: string): Uint8Array<ArrayBuffer> {
  requireLength(text.length);
  const begin = text.indexOf(first);
  const end = begin < 0 ? -1 : text.indexOf(last, begin + first.length);
  if (begin < 0 || end < 0)
    throw new CryptoError("BAD_KEY_FILE", `this is no file of keys: the line "${begin < 0 ? first : last}" is missing`);
  const encoded = text.slice(begin + first.length, end).replaceAll(/\s+/g, "");
  try {
    return new Uint8Array(decodeUnpaddedBase64(encoded.replace(/={1,2}$/, "")));
  } catch (error) {
    throw new CryptoError("BAD_KEY_FILE", "the file is damaged: what is between its first and last line is no base64", error);
  }
}

function toLines(bytes: Uint8Array): string[] {
  const unpadded = encodeUnpaddedBase64(bytes);
  const text = unpadded.padEnd(Math.ceil(unpadded.length / 4) * 4, "=");
  return Array.from({ length: Math.ceil(text.length / lineLength) }, (_, at) => text.slice(at * lineLength, (at + 1) * lineLength));
}

async function deriveKeys(
  passphrase: string,
  salt: Uint8Array<ArrayBuffer>,
  iterations: number,
): Promise<{ readonly aes: CryptoKey; readonly mac: CryptoKey }> {
  const { subtle } = globalThis.crypto;
  const secret = await subtle.importKey("raw", new TextEncoder().encode(passphrase), "PBKDF2", false, ["deriveBits"]);
  const bits = new Uint8Array(await subtle.deriveBits({ name: "PBKDF2", hash: "SHA-512", salt, iterations }, secret, 512));
  return {
    aes: await subtle.importKey("raw", bits.slice(0, 32), "AES-CTR", false, ["encrypt", "decrypt"]),
    mac: await subtle.importKey("raw", bits.slice(32), { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]),
  };
}
