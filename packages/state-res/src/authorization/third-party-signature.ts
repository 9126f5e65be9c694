import { createVerifyKey, isEd25519KeyId, type JsonObject, verifyJson } from "@patrix/signatures";
import { isObject } from "./raw-content.ts";

/** Far above what identity servers sign; bounds the work that one event can ask for. */
const MAX_SIGNATURES = 8;

/**
 * Whether any Ed25519 signature of an object is by the given public key, whoever it claims to be from. At most 8 signatures are tried.
 *
 * @param publicKey - 32 bytes in base64; anything else has signed nothing.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroomthird_party_invite}
 */
export function isSignedByKey(signed: JsonObject, publicKey: string): boolean {
  const { signatures, ...rest } = signed;
  let tried = 0;
  for (const [entity, byKeyId] of entriesOf(signatures)) {
    for (const [keyId, signature] of entriesOf(byKeyId)) {
      if (!isEd25519KeyId(keyId)) continue;
      if (tried === MAX_SIGNATURES) return false;
      tried += 1;
      const key = tryKey(publicKey, keyId);
      if (key === undefined) return false;
      if (verifyJson({ ...rest, signatures: { [entity]: { [keyId]: signature } } }, entity, [key]).outcome === "valid") return true;
    }
  }
  return false;
}

function entriesOf(value: unknown): [string, unknown][] {
  return isObject(value) ? Object.entries(value) : [];
}

function tryKey(publicKey: string, keyId: string): ReturnType<typeof createVerifyKey> | undefined {
  try {
    return createVerifyKey(publicKey, keyId);
  } catch {
    return undefined;
  }
}
