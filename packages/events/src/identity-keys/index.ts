/**
 * The part `identity-keys` of the typed Matrix events.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export { CrossSigningKey, CrossSigningKeyUsage, DeviceKeys, type KeySignatures, deviceKeysShape } from "../index.ts";
