import { IdentifierError, requireText } from "./errors.ts";

const STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const NOT_A_DIGIT = 255;

function reverseOf(alphabet: string): Uint8Array {
  const table = new Uint8Array(128).fill(NOT_A_DIGIT);
  for (let index = 0; index < alphabet.length; index += 1) table[alphabet.charCodeAt(index)] = index;
  return table;
}

const standardDigits: Uint8Array = /* @__PURE__ */ reverseOf(STANDARD);
const urlSafeDigits: Uint8Array = /* @__PURE__ */ reverseOf(URL_SAFE);

function encode(bytes: Uint8Array, alphabet: string): string {
  let text = "";
  const whole = bytes.length - (bytes.length % 3);
  for (let index = 0; index < whole; index += 3) {
    const group = ((bytes[index] ?? 0) << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
    text +=
      alphabet.charAt(group >> 18) + alphabet.charAt((group >> 12) & 63) + alphabet.charAt((group >> 6) & 63) + alphabet.charAt(group & 63);
  }
  if (whole === bytes.length) return text;
  const group = ((bytes[whole] ?? 0) << 16) | ((bytes[whole + 1] ?? 0) << 8);
  text += alphabet.charAt(group >> 18) + alphabet.charAt((group >> 12) & 63);
  return bytes.length - whole === 2 ? text + alphabet.charAt((group >> 6) & 63) : text;
}

/** Number of digits before the padding, if there is any. */
function digitCount(text: string): number {
  if (text.endsWith("==")) return text.length - 2;
  return text.endsWith("=") ? text.length - 1 : text.length;
}

function decode(text: string, digits: Uint8Array): Uint8Array {
  requireText(text, "base64 text");
  const length = digitCount(text);
  if (length % 4 === 1) throw new IdentifierError("INVALID_BASE64", "base64 text");
  const bytes = new Uint8Array(Math.floor((length * 3) / 4));
  let group = 0;
  let bits = 0;
  let written = 0;
  for (let index = 0; index < length; index += 1) {
    const digit = digits[text.charCodeAt(index)] ?? NOT_A_DIGIT;
    if (digit === NOT_A_DIGIT) throw new IdentifierError("INVALID_BASE64", "base64 text");
    group = ((group << 6) | digit) & 0x3fff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[written] = group >> bits;
    written += 1;
  }
  return bytes;
}

/**
 * Encodes bytes as standard base64 without padding.
 *
 * @see {@link https://spec.matrix.org/v1.19/appendices/#unpadded-base64}
 */
export function encodeUnpaddedBase64(bytes: Uint8Array): string {
  return encode(bytes, STANDARD);
}

/**
 * Decodes standard base64, with or without padding. Bits beyond the last byte are ignored.
 *
 * @throws {@link IdentifierError} `INVALID_BASE64`.
 */
export function decodeUnpaddedBase64(text: string): Uint8Array {
  return decode(text, standardDigits);
}

/** Encodes bytes as URL-safe base64 without padding. */
export function encodeUrlSafeUnpaddedBase64(bytes: Uint8Array): string {
  return encode(bytes, URL_SAFE);
}

/** Decodes URL-safe base64, with or without padding. @throws {@link IdentifierError} `INVALID_BASE64`. */
export function decodeUrlSafeUnpaddedBase64(text: string): Uint8Array {
  return decode(text, urlSafeDigits);
}

/** Whether a text decodes as standard base64. */
export function isUnpaddedBase64(value: unknown): boolean {
  return typeof value === "string" && /^[A-Za-z0-9+/]*={0,2}$/.test(value) && digitCount(value) % 4 !== 1;
}
