import type { VerifyKey } from "../keys/verify-key.ts";
import {
  failure,
  isFailure,
  planChecks,
  runChecks,
  runChecksAsync,
  type SignatureFailure,
  type SignaturePlan,
  tryEncode,
} from "./check-signatures.ts";
import { isJsonObject } from "./json-object.ts";
import { signedBytes } from "./sign-json.ts";

/** Whether an entity has signed an object. */
export type VerifyJsonResult = { readonly outcome: "valid" } | SignatureFailure;

/** Finds a key of the entity by its key ID. */
export type EntityKeys = (keyId: string) => VerifyKey | undefined;

/**
 * Checks that `entity` has signed an object. Signatures of unknown algorithms and keys are skipped; every one of a known key must verify,
 * and at least one must.
 *
 * It never throws on account of what the object is or holds. The validity period of keys is the caller's matter.
 *
 * @see {@link https://spec.matrix.org/v1.19/appendices/#checking-for-a-signature}
 */
export function verifyJson(object: object, entity: string, keys: EntityKeys | readonly VerifyKey[]): VerifyJsonResult {
  const plan = planJson(object, entity, keys);
  return isFailure(plan) ? plan : (runChecks(plan) ?? { outcome: "valid" });
}

/** As {@link verifyJson}, with the arithmetic off the calling thread where the platform can. */
export async function verifyJsonAsync(object: object, entity: string, keys: EntityKeys | readonly VerifyKey[]): Promise<VerifyJsonResult> {
  const plan = planJson(object, entity, keys);
  return isFailure(plan) ? plan : ((await runChecksAsync(plan)) ?? { outcome: "valid" });
}

function planJson(object: object, entity: string, keys: EntityKeys | readonly VerifyKey[]): SignaturePlan | SignatureFailure {
  if (!isJsonObject(object)) return failure("NOT_AN_OBJECT", "only a JSON object can be signed");
  const find: EntityKeys = typeof keys === "function" ? keys : (keyId) => keys.find((key) => key.keyId === keyId);
  const checks = planChecks(object["signatures"], entity, find, () => true);
  if (isFailure(checks)) return checks;
  const bytes = tryEncode(() => signedBytes(object));
  return isFailure(bytes) ? bytes : { bytes, checks };
}
