import { encodeCanonicalJson } from "@patrix/canonical-json";
import { encodeUnpaddedBase64 } from "@patrix/identifiers";
import { SignaturesError } from "../errors.ts";
import type { SigningKey } from "../keys/signing-key.ts";
import { isJsonObject, type JsonObject } from "./json-object.ts";

/** Signatures in unpadded base64, by entity and key ID. */
export type Signatures = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** An object with the signatures it carries. */
export type Signed<T extends object> = T & { readonly signatures: Signatures };

const encoder: TextEncoder = /* @__PURE__ */ new TextEncoder();

/**
 * The bytes of an object that a signature covers: its Canonical JSON without `signatures` and `unsigned`.
 *
 * @throws CanonicalJsonError where the object has no Canonical JSON: floats, lone surrogates, more than 500 levels.
 * @see {@link https://spec.matrix.org/v1.19/appendices/#signing-details}
 */
export function signedBytes(object: JsonObject): Uint8Array {
  const { signatures: _signatures, unsigned: _unsigned, ...covered } = object;
  return encoder.encode(encodeCanonicalJson(covered));
}

/**
 * Signs an object in the name of `entity` (a server name or user ID) and returns a copy with the signature added to those it had.
 * `object` and its `unsigned` stay as they are.
 *
 * @throws {@link SignaturesError} `NOT_AN_OBJECT` for a list; `MALFORMED_SIGNATURES` if `signatures` is present and is no object of objects
 * of strings.
 * @throws CanonicalJsonError where the object has no Canonical JSON.
 * @see {@link https://spec.matrix.org/v1.19/appendices/#signing-details}
 * @example
 * const key = signingKeyFromSeed("YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1", "ed25519:1");
 * signJson({}, "domain", key).signatures.domain["ed25519:1"]; // K8280/U9SSy9IVtj…
 */
export function signJson<T extends object>(object: T, entity: string, key: SigningKey): Signed<T> {
  if (!isJsonObject(object)) throw new SignaturesError("NOT_AN_OBJECT", "only a JSON object can be signed");
  return { ...object, signatures: addSignature(object["signatures"], entity, key, signedBytes(object)) };
}

/** @internal Signs bytes and returns `signatures` with the result added. */
export function addSignature(signatures: unknown, entity: string, key: SigningKey, bytes: Uint8Array): Signatures {
  const present = signatures ?? {};
  if (!isSignatures(present)) throw new SignaturesError("MALFORMED_SIGNATURES", "signatures must be an object of objects of strings");
  const signature = encodeUnpaddedBase64(key.sign(bytes));
  const ofEntity = Object.hasOwn(present, entity) ? present[entity] : undefined;
  return { ...present, [entity]: { ...ofEntity, [key.keyId]: signature } };
}

/** Whether a value has the shape of `signatures`; that they are base64, or known, is not asked. */
export function isSignatures(value: unknown): value is Signatures {
  return isJsonObject(value) && Object.values(value).every(isSignatureMap);
}

function isSignatureMap(value: unknown): boolean {
  return isJsonObject(value) && Object.values(value).every((signature) => typeof signature === "string");
}
