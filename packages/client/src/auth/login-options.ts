import type { DeviceId } from "@patrix/identifiers";
import type { UiaHandler } from "./uia.ts";

/** What a new device is called. */
export interface LoginOptions {
  /** Shown to the user in the list of devices. */
  deviceName?: string | undefined;
  /** An own device to log in as again; the server makes a new one by default. */
  deviceId?: DeviceId | undefined;
}

/** A user to be. */
export interface Registration extends LoginOptions {
  /** The localpart. */
  username: string;
  password: string;
  /** Answers the stages that need a person. */
  uia?: UiaHandler | undefined;
}

/** An access token that was got elsewhere. */
export interface ForeignToken {
  accessToken: string;
  /** Its device, where the server does not tell. */
  deviceId?: DeviceId | undefined;
}
