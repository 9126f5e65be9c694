import { CryptoError } from "../errors.ts";

const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/** What the encoded bytes begin with, by the specification. */
const prefix: readonly number[] = [0x8b, 0x01];
const keyBytes = 32;

/**
 * Writes a key as people copy it: base58 in groups of four, with a prefix and a parity byte.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#recovery-key}
 */
export function encodeRecoveryKey(key: Uint8Array): string {
  const bytes = [...prefix, ...key];
  const text = toBase58([...bytes, parityOf(bytes)]);
  return text.match(/.{1,4}/g)?.join(" ") ?? text;
}

/** Reads a recovery key, with whatever space between; `undefined` for a text that is none, such as a passphrase. */
export function decodeRecoveryKey(text: string): Uint8Array<ArrayBuffer> | undefined {
  const bytes = fromBase58(text.replaceAll(/\s/g, ""));
  if (bytes?.length !== prefix.length + keyBytes + 1 || parityOf(bytes) !== 0) return undefined;
  if (!prefix.every((byte, at) => bytes[at] === byte)) return undefined;
  return Uint8Array.from(bytes.slice(prefix.length, -1));
}

/** Reads what has to be a recovery key. @throws {CryptoError} `WRONG_RECOVERY_KEY`. */
export function requireRecoveryKey(text: string): Uint8Array<ArrayBuffer> {
  const key = decodeRecoveryKey(text);
  if (!key) throw new CryptoError("WRONG_RECOVERY_KEY", "this is no recovery key, and secret storage has no passphrase");
  return key;
}

function parityOf(bytes: readonly number[]): number {
  return bytes.reduce((parity, byte) => parity ^ byte, 0);
}

function toBase58(bytes: readonly number[]): string {
  let number = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  let text = "";
  for (; number > 0n; number /= 58n) text = (alphabet[Number(number % 58n)] ?? "") + text;
  return text;
}

function fromBase58(text: string): number[] | undefined {
  // A key has 48 letters; a long passphrase is not worth the arithmetic.
  if (text.length > 64) return undefined;
  let number = 0n;
  for (const letter of text) {
    const digit = alphabet.indexOf(letter);
    if (digit < 0) return undefined;
    number = number * 58n + BigInt(digit);
  }
  const bytes: number[] = [];
  for (; number > 0n; number /= 256n) bytes.unshift(Number(number % 256n));
  return bytes;
}
