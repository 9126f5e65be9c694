import { type OpenString, type Schema, stringSchema } from "./schema.ts";

/** Algorithm of a key that signs. */
export type SigningKeyAlgorithm = OpenString<"ed25519">;
/** Tolerant schema of a {@link SigningKeyAlgorithm}: any string. */
export const SigningKeyAlgorithm: Schema<SigningKeyAlgorithm> = /* @__PURE__ */ stringSchema();

/** Algorithm of a long-term key of a device. */
export type DeviceKeyAlgorithm = OpenString<"ed25519" | "curve25519">;
/** Tolerant schema of a {@link DeviceKeyAlgorithm}: any string. */
export const DeviceKeyAlgorithm: Schema<DeviceKeyAlgorithm> = /* @__PURE__ */ stringSchema();

/** Algorithm of a one-time or fallback key. */
export type OneTimeKeyAlgorithm = OpenString<"signed_curve25519" | "curve25519">;
/** Tolerant schema of a {@link OneTimeKeyAlgorithm}: any string. */
export const OneTimeKeyAlgorithm: Schema<OneTimeKeyAlgorithm> = /* @__PURE__ */ stringSchema();

/** Algorithm that encrypts events. */
export type EventEncryptionAlgorithm = OpenString<"m.olm.v1.curve25519-aes-sha2" | "m.megolm.v1.aes-sha2">;
/** Tolerant schema of an {@link EventEncryptionAlgorithm}: any string. */
export const EventEncryptionAlgorithm: Schema<EventEncryptionAlgorithm> = /* @__PURE__ */ stringSchema();

/** Algorithm that makes a key from a passphrase. */
export type KeyDerivationAlgorithm = OpenString<"m.pbkdf2">;
/** Tolerant schema of a {@link KeyDerivationAlgorithm}: any string. */
export const KeyDerivationAlgorithm: Schema<KeyDerivationAlgorithm> = /* @__PURE__ */ stringSchema();
