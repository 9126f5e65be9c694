import { type Model, model, obj } from "@patrix/api";
import { DeviceId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** A device of the user, which is also a session. Servers send `null` for what they do not know of it, which some clients require. */
export interface Device {
  device_id: DeviceId;
  /** A name for people. */
  display_name?: string | null | undefined;
  /** Where the device was last seen. */
  last_seen_ip?: string | null | undefined;
  /** When the device was last seen, in milliseconds since the Unix epoch. */
  last_seen_ts?: number | null | undefined;
}

/** Checks a {@link Device}. */
export const Device: Model<Device> = /* @__PURE__ */ model(() =>
  obj<Device>({
    device_id: DeviceId,
    display_name: z.optional(z.nullable(z.string())),
    last_seen_ip: z.optional(z.nullable(z.string())),
    last_seen_ts: z.optional(z.nullable(z.int())),
  }),
);
