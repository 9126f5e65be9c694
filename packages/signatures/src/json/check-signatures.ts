import type { Bytes } from "../crypto/ed25519.ts";
import { isEd25519KeyId } from "../keys/key-id.ts";
import { decodeBase64 } from "../keys/signing-key.ts";
import type { VerifyKey } from "../keys/verify-key.ts";
import { isJsonObject, own } from "./json-object.ts";

/** Why a signature check failed. */
export type SignatureFailureCode =
  /** What is to be verified is no JSON object. */
  | "NOT_AN_OBJECT"
  /** `signatures` is missing or not of the required shape. */
  | "MALFORMED_SIGNATURES"
  /** The entity has not signed. */
  | "NO_SIGNATURE"
  /** The entity has signed, but with no algorithm that is known. */
  | "NO_SUPPORTED_SIGNATURE"
  /** The entity has signed, but with no key that is known. */
  | "NO_KNOWN_KEY"
  /** The entity has signed, but the known keys were not valid at the time. */
  | "KEY_NOT_VALID"
  /** A signature is not base64. */
  | "MALFORMED_BASE64"
  /** A signature does not belong to the key and the bytes. */
  | "BAD_SIGNATURE"
  /** The object has no Canonical JSON. */
  | "NOT_CANONICAL"
  /** The event lacks what must be known of it before its signatures can be checked. */
  | "MALFORMED_EVENT";

/** A failed signature check. */
export interface SignatureFailure {
  readonly outcome: "invalid";
  readonly code: SignatureFailureCode;
  /** The entity whose signature is at fault; absent where none can be named. */
  readonly entity?: string | undefined;
  /** What is wrong, for logs. */
  readonly message: string;
}

/** @internal One signature to check with one key. */
export interface SignatureCheck {
  readonly entity: string;
  readonly key: VerifyKey;
  readonly signature: Bytes;
}

/** @internal Makes a failure. */
export function failure(code: SignatureFailureCode, message: string, entity?: string): SignatureFailure {
  return { outcome: "invalid", code, message, entity };
}

/**
 * @internal Lists the signatures of `entity` that have to verify: those of a known, valid key.
 * Other algorithms and unknown or expired keys are skipped, but at least one must be left.
 */
export function planChecks(
  signatures: unknown,
  entity: string,
  find: (keyId: string) => VerifyKey | undefined,
  isValid: (key: VerifyKey) => boolean,
): readonly SignatureCheck[] | SignatureFailure {
  if (!isJsonObject(signatures)) return failure("MALFORMED_SIGNATURES", "signatures is not an object");
  const byKeyId = own(signatures, entity);
  if (byKeyId === undefined) return failure("NO_SIGNATURE", `${entity} has not signed`, entity);
  if (!isJsonObject(byKeyId)) return failure("MALFORMED_SIGNATURES", "the signatures of an entity are not an object", entity);
  const checks: SignatureCheck[] = [];
  let reason = failure("NO_SUPPORTED_SIGNATURE", "no signature is of a known algorithm", entity);
  for (const [keyId, encoded] of Object.entries(byKeyId)) {
    if (!isEd25519KeyId(keyId)) continue;
    const key = find(keyId);
    if (key === undefined) {
      if (reason.code !== "KEY_NOT_VALID") reason = failure("NO_KNOWN_KEY", "no signature is of a known key", entity);
      continue;
    }
    if (!isValid(key)) {
      reason = failure("KEY_NOT_VALID", `${keyId} was not valid at the time`, entity);
      continue;
    }
    const signature = typeof encoded === "string" ? decodeBase64(encoded) : undefined;
    if (signature === undefined) return failure("MALFORMED_BASE64", `the signature by ${keyId} is not base64`, entity);
    checks.push({ entity, key, signature });
  }
  return checks.length > 0 ? checks : reason;
}

/** @internal Whether a plan is a failure already. */
export function isFailure(plan: object): plan is SignatureFailure {
  return "outcome" in plan;
}

/** @internal The failure of a signature that does not verify. */
export function badSignature(check: SignatureCheck): SignatureFailure {
  return failure("BAD_SIGNATURE", `the signature by ${check.key.keyId} does not verify`, check.entity);
}

/** @internal The signatures of one object that are to be verified, unless something has failed already. */
export interface SignaturePlan {
  readonly bytes: Bytes;
  readonly checks: readonly SignatureCheck[];
}

/** @internal Verifies every signature of a plan; the first failure, or `undefined`. */
export function runChecks({ bytes, checks }: SignaturePlan): SignatureFailure | undefined {
  const failed = checks.find((check) => !check.key.verify(bytes, check.signature));
  return failed && badSignature(failed);
}

/** @internal As {@link runChecks}, off the calling thread where the platform can. */
export async function runChecksAsync({ bytes, checks }: SignaturePlan): Promise<SignatureFailure | undefined> {
  const results = await Promise.all(checks.map((check) => check.key.verifyAsync(bytes, check.signature)));
  const failed = checks.find((_, index) => results[index] !== true);
  return failed && badSignature(failed);
}

/** @internal Encodes with `encode`, turning its error into a failure. */
export function tryEncode(encode: () => Bytes): Bytes | SignatureFailure {
  try {
    return encode();
  } catch (error) {
    return failure("NOT_CANONICAL", error instanceof Error ? error.message : "the object has no Canonical JSON");
  }
}
