import { IdentifierError, requireText } from "./errors.ts";
import { type Schema, stringSchema } from "./schema.ts";
import { decodeUnpaddedBase64, isUnpaddedBase64 } from "./unpadded-base64.ts";

/** A public key in unpadded base64; names a cross-signing key in key IDs. */
export type Base64PublicKey = string;

/** Tolerant schema of a {@link Base64PublicKey}: any string. */
export const Base64PublicKey: Schema<Base64PublicKey> = /* @__PURE__ */ stringSchema();

/** Decodes a public key. @throws {@link IdentifierError} `EMPTY` or `INVALID_BASE64`. */
export function parseBase64PublicKey(text: string): Uint8Array {
  requireText(text, "public key");
  if (text === "") throw new IdentifierError("EMPTY", "public key");
  return decodeUnpaddedBase64(text);
}

/** Whether a text is a public key in base64, of any length but zero. */
export function isBase64PublicKey(value: unknown): value is Base64PublicKey {
  return typeof value === "string" && value !== "" && isUnpaddedBase64(value);
}
