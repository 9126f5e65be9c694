import { isDeviceId } from "./device-id.ts";
import { type Schema, stringSchema } from "./schema.ts";

/** Name of a key that is either a cross-signing key or the key of a device. Both look alike: the context tells. */
export type Base64PublicKeyOrDeviceId = string;

/** Tolerant schema of a {@link Base64PublicKeyOrDeviceId}: any string. */
export const Base64PublicKeyOrDeviceId: Schema<Base64PublicKeyOrDeviceId> = /* @__PURE__ */ stringSchema();

/** Whether a text can be a public key or a device ID: it is not empty. */
export function isBase64PublicKeyOrDeviceId(value: unknown): value is Base64PublicKeyOrDeviceId {
  return isDeviceId(value);
}
