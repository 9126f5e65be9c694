import { type Model, model, obj } from "@patrix/api";
import { type DeviceKeys, deviceKeysShape } from "@patrix/events";
import * as z from "zod/mini";

/** What the server adds to the keys of a device. */
export interface DeviceKeysUnsigned {
  /** Name of the device for people. */
  device_display_name?: string | undefined;
}

/** The identity keys of a device, as servers answer queries for them. */
export interface QueriedDeviceKeys extends DeviceKeys {
  /** Added by the server, and not signed. */
  unsigned?: DeviceKeysUnsigned | undefined;
}

/** Checks a {@link QueriedDeviceKeys}. */
export const QueriedDeviceKeys: Model<QueriedDeviceKeys> = /* @__PURE__ */ model(() =>
  obj<QueriedDeviceKeys>({
    ...deviceKeysShape(),
    unsigned: z.optional(obj<DeviceKeysUnsigned>({ device_display_name: z.optional(z.string()) })),
  }),
);
