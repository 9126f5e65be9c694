import type { JsonObject } from "@patrix/api";
import { createVerifyKey, verifyJson } from "@patrix/signatures";

// Device and cross-signing keys may have names that server keys cannot have, so the signature is checked under one of those.
const KEY_ID = "ed25519:1";
const SIGNER = "signer";

/** Tells whether a signature in unpadded base64 on a JSON object is that of a public key in unpadded base64; `false` for what is malformed. */
export function isSignedWith(object: JsonObject, publicKey: string, signature: unknown): boolean {
  if (typeof signature !== "string") return false;
  try {
    const signed: JsonObject = { ...object, signatures: { [SIGNER]: { [KEY_ID]: signature } } };
    return verifyJson(signed, SIGNER, [createVerifyKey(publicKey, KEY_ID)]).outcome === "valid";
  } catch {
    return false;
  }
}

/** Tells whether a text is the unpadded base64 of an Ed25519 public key. */
export function isPublicKey(text: string): boolean {
  try {
    createVerifyKey(text, KEY_ID);
    return true;
  } catch {
    return false;
  }
}

/** One signature of a user on a JSON object, if it is there. */
export function signatureBy(object: JsonObject, userId: string, keyId: string): unknown {
  const signatures = object["signatures"] as Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
  return signatures?.[userId]?.[keyId];
}
