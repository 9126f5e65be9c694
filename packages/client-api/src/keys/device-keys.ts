import { type Model, model, obj, record } from "@patrix/api";
import { DeviceId, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** What the server adds to the keys of a device. */
export interface DeviceKeysUnsigned {
  /** Name of the device for people. */
  device_display_name?: string | undefined;
}

/** The identity keys of a device, signed by the device. */
export interface DeviceKeys {
  user_id: UserId;
  device_id: DeviceId;
  /** Encryption algorithms that the device supports. */
  algorithms: string[];
  /** Public keys in unpadded base64, by key ID. */
  keys: Record<string, string>;
  /** Signatures in unpadded base64, by signer and key ID. */
  signatures: Record<UserId, Record<string, string>>;
  /** Added by the server, and not signed. */
  unsigned?: DeviceKeysUnsigned | undefined;
}

/** Checks a {@link DeviceKeys}. */
export const DeviceKeys: Model<DeviceKeys> = /* @__PURE__ */ model(() =>
  obj<DeviceKeys>({
    user_id: UserId,
    device_id: DeviceId,
    algorithms: z.array(z.string()),
    keys: record(z.string(), z.string()),
    signatures: record(UserId, record(z.string(), z.string())),
    unsigned: z.optional(obj<DeviceKeysUnsigned>({ device_display_name: z.optional(z.string()) })),
  }),
);
