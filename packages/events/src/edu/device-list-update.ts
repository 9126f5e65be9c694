import { type Model, model, obj } from "@patrix/api";
import { DeviceId, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";
import { DeviceKeys } from "../identity-keys/device-keys.ts";

/**
 * Content of `m.device_list_update`: a device is new, changed or gone.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#definition-mdevice_list_update}
 */
export interface DeviceListUpdateContent {
  user_id: UserId;
  device_id: DeviceId;
  device_display_name?: string | undefined;
  /** Number of the change, unique among those of the user. */
  stream_id: number;
  /** Changes that came right before; where one is unknown the list is fetched anew. */
  prev_id?: number[] | undefined;
  deleted?: boolean | undefined;
  keys?: DeviceKeys | undefined;
}
/** Checks the content of `m.device_list_update`. */
export const DeviceListUpdateContent: Model<DeviceListUpdateContent> = /* @__PURE__ */ model(() =>
  obj<DeviceListUpdateContent>({
    user_id: UserId,
    device_id: DeviceId,
    device_display_name: z.optional(z.string()),
    stream_id: z.int(),
    prev_id: z.optional(z.array(z.int())),
    deleted: z.optional(z.boolean()),
    keys: z.optional(DeviceKeys.schema),
  }),
);

declare module "../registry/define.ts" {
  interface EduMap {
    "m.device_list_update": DeviceListUpdateContent;
  }
}

/** Defines the EDU `m.device_list_update`. */
export const deviceListUpdateEdu: EventDefinition<"edu", "m.device_list_update", DeviceListUpdateContent> = /* @__PURE__ */ defineEvent(
  "edu",
  "m.device_list_update",
  DeviceListUpdateContent,
);
