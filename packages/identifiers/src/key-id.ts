/* oxlint-disable typescript/no-unnecessary-type-arguments -- the aliases say what the parts are, though all are strings */
import type { Base64PublicKey } from "./base64-public-key.ts";
import type { Base64PublicKeyOrDeviceId } from "./base64-public-key-or-device-id.ts";
import type { DeviceId } from "./device-id.ts";
import { IdentifierError, requireText } from "./errors.ts";
import type { DeviceKeyAlgorithm, OneTimeKeyAlgorithm, SigningKeyAlgorithm } from "./key-algorithm.ts";
import type { OneTimeKeyName } from "./one-time-key-name.ts";
import { patternSchema, type Schema } from "./schema.ts";
import type { ServerSigningKeyVersion } from "./server-signing-key-version.ts";

/** Name of a key of any kind. */
export type AnyKeyName = string;

/** ID of a key, `algorithm:name`. */
export type KeyId<Algorithm extends string = string, Name extends string = AnyKeyName> = `${Algorithm}:${Name}`;

/** ID of any key that signs. */
export type SigningKeyId<Name extends string = AnyKeyName> = KeyId<SigningKeyAlgorithm, Name>;
/** ID of a server's signing key, such as `ed25519:auto2`. */
export type ServerSigningKeyId = SigningKeyId<ServerSigningKeyVersion>;
/** ID of a device's signing key, `ed25519:DEVICEID`. */
export type DeviceSigningKeyId = SigningKeyId<DeviceId>;
/** ID of a cross-signing key, whose name is the public key. */
export type CrossSigningKeyId = SigningKeyId<Base64PublicKey>;
/** ID of a cross-signing key or of a device's signing key. */
export type CrossSigningOrDeviceSigningKeyId = SigningKeyId<Base64PublicKeyOrDeviceId>;
/** ID of a long-term key of a device. */
export type DeviceKeyId = KeyId<DeviceKeyAlgorithm, DeviceId>;
/** ID of a one-time or fallback key, such as `signed_curve25519:AAAAHQ`. */
export type OneTimeKeyId = KeyId<OneTimeKeyAlgorithm, OneTimeKeyName>;

const tolerant = /^[^:]+:./s;
const KEY_ID = "a key ID, such as ed25519:1";

/** Tolerant schema of a {@link KeyId}: something on both sides of a colon. */
export const KeyId: Schema<KeyId> = /* @__PURE__ */ patternSchema<KeyId>(tolerant, KEY_ID);
/** Tolerant schema of a {@link SigningKeyId}. */
export const SigningKeyId: Schema<SigningKeyId> = /* @__PURE__ */ patternSchema<SigningKeyId>(tolerant, KEY_ID);
/** Tolerant schema of a {@link ServerSigningKeyId}. */
export const ServerSigningKeyId: Schema<ServerSigningKeyId> = /* @__PURE__ */ patternSchema<ServerSigningKeyId>(tolerant, KEY_ID);
/** Tolerant schema of a {@link DeviceSigningKeyId}. */
export const DeviceSigningKeyId: Schema<DeviceSigningKeyId> = /* @__PURE__ */ patternSchema<DeviceSigningKeyId>(tolerant, KEY_ID);
/** Tolerant schema of a {@link CrossSigningKeyId}. */
export const CrossSigningKeyId: Schema<CrossSigningKeyId> = /* @__PURE__ */ patternSchema<CrossSigningKeyId>(tolerant, KEY_ID);
/** Tolerant schema of a {@link CrossSigningOrDeviceSigningKeyId}. */
export const CrossSigningOrDeviceSigningKeyId: Schema<CrossSigningOrDeviceSigningKeyId> =
  /* @__PURE__ */ patternSchema<CrossSigningOrDeviceSigningKeyId>(tolerant, KEY_ID);
/** Tolerant schema of a {@link DeviceKeyId}. */
export const DeviceKeyId: Schema<DeviceKeyId> = /* @__PURE__ */ patternSchema<DeviceKeyId>(tolerant, KEY_ID);
/** Tolerant schema of a {@link OneTimeKeyId}. */
export const OneTimeKeyId: Schema<OneTimeKeyId> = /* @__PURE__ */ patternSchema<OneTimeKeyId>(tolerant, KEY_ID);

/** The parts of a key ID. */
export interface KeyIdParts {
  /** What stands before the first colon. */
  readonly algorithm: string;
  /** What stands after the first colon; not empty. */
  readonly name: string;
}

/**
 * Splits a key ID at the first colon.
 *
 * @throws {@link IdentifierError} `MISSING_COLON` or `EMPTY` (one of the parts).
 * @see {@link https://spec.matrix.org/v1.19/appendices/#signing-details}
 */
export function parseKeyId(text: string): KeyIdParts {
  requireText(text, "key ID");
  const colon = text.indexOf(":");
  if (colon < 0) throw new IdentifierError(text === "" ? "EMPTY" : "MISSING_COLON", "key ID");
  const parts = { algorithm: text.slice(0, colon), name: text.slice(colon + 1) };
  if (parts.algorithm === "" || parts.name === "") throw new IdentifierError("EMPTY", "key ID");
  return parts;
}

/** Formats a key ID. @throws {@link IdentifierError} `INVALID_CHARACTER` (a colon in the algorithm) or `EMPTY`. */
export function formatKeyId<Algorithm extends string, Name extends string>(algorithm: Algorithm, name: Name): KeyId<Algorithm, Name> {
  if (algorithm.includes(":")) throw new IdentifierError("INVALID_CHARACTER", "key ID");
  const keyId: KeyId<Algorithm, Name> = `${algorithm}:${name}`;
  parseKeyId(keyId);
  return keyId;
}

/** Whether a text is a key ID. */
export function isKeyId(value: unknown): value is KeyId {
  return typeof value === "string" && tolerant.test(value);
}
