import type { DeviceId } from "@patrix/identifiers";

/** What a new device is called. */
export interface LoginOptions {
  /** Shown to the user in the list of devices. */
  deviceName?: string | undefined;
  /** An own device to log in as again; the server makes a new one by default. */
  deviceId?: DeviceId | undefined;
}
