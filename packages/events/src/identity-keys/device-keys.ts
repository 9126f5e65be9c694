import { type Model, model, obj, record, type Shape } from "@patrix/api";
import { DeviceId, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { type KeySignatures, keySignatures } from "./key-signatures.ts";

/**
 * The identity keys of a device.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keysupload_request_devicekeys}
 */
export interface DeviceKeys {
  user_id: UserId;
  device_id: DeviceId;
  /** Encryption algorithms that the device supports. */
  algorithms: string[];
  /** By key ID (`algorithm:device ID`), in unpadded base64. */
  keys: Record<string, string>;
  /** By the device, and by the self-signing key of the user where that vouches for it. */
  signatures: KeySignatures;
}
/** The checks of {@link DeviceKeys}, to spread into those of an object that extends it. */
export function deviceKeysShape(): Shape<DeviceKeys> {
  return {
    user_id: UserId,
    device_id: DeviceId,
    algorithms: z.array(z.string()),
    keys: record(z.string(), z.string()),
    signatures: keySignatures(),
  };
}

/** Checks {@link DeviceKeys}. */
export const DeviceKeys: Model<DeviceKeys> = /* @__PURE__ */ model(() => obj<DeviceKeys>(deviceKeysShape()));
