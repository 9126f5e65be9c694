import { type Model, model, obj, record } from "@patrix/api";
import { DeviceId, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

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
  /** By user and key ID. */
  signatures: Record<UserId, Record<string, string>>;
}
/** Checks {@link DeviceKeys}. */
export const DeviceKeys: Model<DeviceKeys> = /* @__PURE__ */ model(() =>
  obj<DeviceKeys>({
    user_id: UserId,
    device_id: DeviceId,
    algorithms: z.array(z.string()),
    keys: record(z.string(), z.string()),
    signatures: z.looseRecord(UserId, record(z.string(), z.string())),
  }),
);
