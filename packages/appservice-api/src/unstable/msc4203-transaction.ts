import { independent, type JsonObject, jsonObject, model, type Model, obj, record } from "@patrix/api";
import { DeviceLists } from "@patrix/client-api";
import { BasicEvent, ClientEvent } from "@patrix/events";
import { DeviceId, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/**
 * A message to a device of a user of the application service.
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4203}
 */
export interface AppserviceToDeviceEvent {
  type: string;
  sender: UserId;
  content: JsonObject;
  to_user_id: UserId;
  to_device_id: DeviceId;
}
/** Checks a {@link AppserviceToDeviceEvent}. */
export const AppserviceToDeviceEvent: Model<AppserviceToDeviceEvent> = /* @__PURE__ */ model(() =>
  obj<AppserviceToDeviceEvent>({ type: z.string(), sender: UserId, content: jsonObject(), to_user_id: UserId, to_device_id: DeviceId }),
);

/**
 * Body of {@link sendTransaction} with what end-to-end encryption needs, by the names that homeservers use while the proposals are open.
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/3202}
 */
export interface EncryptedTransactionBody {
  events: ClientEvent[];
  ephemeral?: BasicEvent[] | undefined;
  /** The name of `ephemeral` before v1.13. */
  "de.sorunome.msc2409.ephemeral"?: BasicEvent[] | undefined;
  to_device?: AppserviceToDeviceEvent[] | undefined;
  /** The usual name of `to_device`. */
  "de.sorunome.msc2409.to_device"?: AppserviceToDeviceEvent[] | undefined;
  /** The name that `org.matrix.msc3202.device_lists` will have. */
  device_lists?: DeviceLists | undefined;
  /** The name that `org.matrix.msc3202.device_one_time_keys_count` will have. */
  device_one_time_keys_count?: Record<UserId, Record<string, Record<string, number>>> | undefined;
  /** The name that `org.matrix.msc3202.device_unused_fallback_key_types` will have. */
  device_unused_fallback_key_types?: Record<UserId, Record<string, string[]>> | undefined;
  /** Users who share a room with the application service. */
  "org.matrix.msc3202.device_lists"?: DeviceLists | undefined;
  /** Unclaimed keys by user, device and algorithm. */
  "org.matrix.msc3202.device_one_time_keys_count"?: Record<UserId, Record<string, Record<string, number>>> | undefined;
  /** The same, as older homeservers spell it. */
  "org.matrix.msc3202.device_one_time_key_counts"?: Record<UserId, Record<string, Record<string, number>>> | undefined;
  /** Algorithms of unused fallback keys by user and device. */
  "org.matrix.msc3202.device_unused_fallback_key_types"?: Record<UserId, Record<string, string[]>> | undefined;
}
/** Checks a {@link EncryptedTransactionBody}. */
export const EncryptedTransactionBody: Model<EncryptedTransactionBody> = /* @__PURE__ */ model(() =>
  obj<EncryptedTransactionBody>({
    events: independent(z.array(ClientEvent.schema)),
    ephemeral: z.optional(independent(z.array(BasicEvent.schema))),
    "de.sorunome.msc2409.ephemeral": z.optional(independent(z.array(BasicEvent.schema))),
    to_device: z.optional(z.array(AppserviceToDeviceEvent.schema)),
    "de.sorunome.msc2409.to_device": z.optional(z.array(AppserviceToDeviceEvent.schema)),
    device_lists: z.optional(DeviceLists.schema),
    device_one_time_keys_count: z.optional(record(UserId, record(z.string(), record(z.string(), z.int())))),
    device_unused_fallback_key_types: z.optional(record(UserId, record(z.string(), z.array(z.string())))),
    "org.matrix.msc3202.device_lists": z.optional(DeviceLists.schema),
    "org.matrix.msc3202.device_one_time_keys_count": z.optional(record(UserId, record(z.string(), record(z.string(), z.int())))),
    "org.matrix.msc3202.device_one_time_key_counts": z.optional(record(UserId, record(z.string(), record(z.string(), z.int())))),
    "org.matrix.msc3202.device_unused_fallback_key_types": z.optional(record(UserId, record(z.string(), z.array(z.string())))),
  }),
);
