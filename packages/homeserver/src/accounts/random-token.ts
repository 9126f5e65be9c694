import { hash, randomBytes } from "node:crypto";

/** Makes a secret that cannot be guessed: the prefix and 256 random bits. */
export function createToken(prefix: string): string {
  return `${prefix}_${randomBytes(32).toString("base64url")}`;
}

/** The SHA-256 of a token: only this is stored, so that a copy of the database gives no access. */
export function hashToken(token: string): Uint8Array {
  return hash("sha256", token, "buffer");
}
