import { independent, model, type Model, obj, record } from "@patrix/api";
import { BasicEvent, ToDeviceEvent } from "@patrix/events";
import { EventId, RoomId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { DeviceLists } from "../keys/device-lists.ts";
import { SlidingSyncStickyConfig, SlidingSyncStickyEvents } from "./msc4354-sticky-events.ts";
import { ThreadSubscriptionChange, ThreadUnsubscription } from "./msc4308-thread-subscription-changes.ts";

/** Turns an extension on. */
export interface SlidingSyncExtensionConfig {
  /** Default: `false`. */
  enabled?: boolean | undefined;
}
/** Checks a {@link SlidingSyncExtensionConfig}. */
export const SlidingSyncExtensionConfig: Model<SlidingSyncExtensionConfig> = /* @__PURE__ */ model(() =>
  obj<SlidingSyncExtensionConfig>({ enabled: z.optional(z.boolean()) }),
);

/** Turns an extension on for some rooms. */
export interface SlidingSyncRoomExtensionConfig {
  /** Default: `false`. */
  enabled?: boolean | undefined;
  /** Keys of lists; `*` stands for all, which is the default. */
  lists?: string[] | undefined;
  /** Subscribed rooms; `*` stands for all, which is the default. */
  rooms?: string[] | undefined;
}
/** Checks a {@link SlidingSyncRoomExtensionConfig}. */
export const SlidingSyncRoomExtensionConfig: Model<SlidingSyncRoomExtensionConfig> = /* @__PURE__ */ model(() =>
  obj<SlidingSyncRoomExtensionConfig>({
    enabled: z.optional(z.boolean()),
    lists: z.optional(z.array(z.string())),
    rooms: z.optional(z.array(z.string())),
  }),
);

/** Turns to-device messages on. */
export interface SlidingSyncToDeviceConfig {
  /** Default: `false`. */
  enabled?: boolean | undefined;
  /** Greatest number of messages. Default: 100. */
  limit?: number | undefined;
  /** `next_batch` of the last messages that were handled; those before it are deleted. */
  since?: string | undefined;
}
/** Checks a {@link SlidingSyncToDeviceConfig}. */
export const SlidingSyncToDeviceConfig: Model<SlidingSyncToDeviceConfig> = /* @__PURE__ */ model(() =>
  obj<SlidingSyncToDeviceConfig>({ enabled: z.optional(z.boolean()), limit: z.optional(z.int()), since: z.optional(z.string()) }),
);

/** Turns changes of thread subscriptions on. */
export interface SlidingSyncThreadSubscriptionsConfig {
  /** Default: `false`. */
  enabled?: boolean | undefined;
  /** Greatest number of changes. Default: 100. */
  limit?: number | undefined;
}
/** Checks a {@link SlidingSyncThreadSubscriptionsConfig}. */
export const SlidingSyncThreadSubscriptionsConfig: Model<SlidingSyncThreadSubscriptionsConfig> = /* @__PURE__ */ model(() =>
  obj<SlidingSyncThreadSubscriptionsConfig>({ enabled: z.optional(z.boolean()), limit: z.optional(z.int()) }),
);

/** Which extensions are on; unknown ones are kept. */
export interface SlidingSyncExtensionsConfig {
  to_device?: SlidingSyncToDeviceConfig | undefined;
  e2ee?: SlidingSyncExtensionConfig | undefined;
  account_data?: SlidingSyncRoomExtensionConfig | undefined;
  receipts?: SlidingSyncRoomExtensionConfig | undefined;
  typing?: SlidingSyncRoomExtensionConfig | undefined;
  thread_subscriptions?: SlidingSyncThreadSubscriptionsConfig | undefined;
  "io.element.msc4308.thread_subscriptions"?: SlidingSyncThreadSubscriptionsConfig | undefined;
  "org.matrix.msc4354.sticky_events"?: SlidingSyncStickyConfig | undefined;
}
/** Checks a {@link SlidingSyncExtensionsConfig}. */
export const SlidingSyncExtensionsConfig: Model<SlidingSyncExtensionsConfig> = /* @__PURE__ */ model(() =>
  obj<SlidingSyncExtensionsConfig>({
    to_device: z.optional(SlidingSyncToDeviceConfig.schema),
    e2ee: z.optional(SlidingSyncExtensionConfig.schema),
    account_data: z.optional(SlidingSyncRoomExtensionConfig.schema),
    receipts: z.optional(SlidingSyncRoomExtensionConfig.schema),
    typing: z.optional(SlidingSyncRoomExtensionConfig.schema),
    thread_subscriptions: z.optional(SlidingSyncThreadSubscriptionsConfig.schema),
    "io.element.msc4308.thread_subscriptions": z.optional(SlidingSyncThreadSubscriptionsConfig.schema),
    "org.matrix.msc4354.sticky_events": z.optional(SlidingSyncStickyConfig.schema),
  }),
);

/** Messages to the device. */
export interface SlidingSyncToDevice {
  /** To be passed as `since`. */
  next_batch: string;
  events?: ToDeviceEvent[] | undefined;
}
/** Checks a {@link SlidingSyncToDevice}. */
export const SlidingSyncToDevice: Model<SlidingSyncToDevice> = /* @__PURE__ */ model(() =>
  obj<SlidingSyncToDevice>({ next_batch: z.string(), events: z.optional(independent(z.array(ToDeviceEvent.schema))) }),
);

/** What end-to-end encryption needs. */
export interface SlidingSyncE2ee {
  device_lists?: DeviceLists | undefined;
  /** How many unclaimed one-time keys the server has, by algorithm. */
  device_one_time_keys_count?: Record<string, number> | undefined;
  /** Algorithms of the fallback keys that nobody has claimed yet; unchanged if absent. */
  device_unused_fallback_key_types?: string[] | null | undefined;
}
/** Checks a {@link SlidingSyncE2ee}. */
export const SlidingSyncE2ee: Model<SlidingSyncE2ee> = /* @__PURE__ */ model(() =>
  obj<SlidingSyncE2ee>({
    device_lists: z.optional(DeviceLists.schema),
    device_one_time_keys_count: z.optional(record(z.string(), z.int())),
    device_unused_fallback_key_types: z.optional(z.nullable(z.array(z.string()))),
  }),
);

/** Account data that changed. */
export interface SlidingSyncAccountData {
  global?: BasicEvent[] | undefined;
  /** By room. */
  rooms?: Record<RoomId, BasicEvent[]> | undefined;
}
/** Checks a {@link SlidingSyncAccountData}. */
export const SlidingSyncAccountData: Model<SlidingSyncAccountData> = /* @__PURE__ */ model(() =>
  obj<SlidingSyncAccountData>({
    global: z.optional(independent(z.array(BasicEvent.schema))),
    rooms: z.optional(record(RoomId, independent(z.array(BasicEvent.schema)))),
  }),
);

/** Receipts that changed. */
export interface SlidingSyncReceipts {
  /** `m.receipt` by room. */
  rooms?: Record<RoomId, BasicEvent> | undefined;
}
/** Checks a {@link SlidingSyncReceipts}. */
export const SlidingSyncReceipts: Model<SlidingSyncReceipts> = /* @__PURE__ */ model(() =>
  obj<SlidingSyncReceipts>({ rooms: z.optional(record(RoomId, BasicEvent.schema)) }),
);

/** Who is typing. */
export interface SlidingSyncTyping {
  /** `m.typing` by room. */
  rooms?: Record<RoomId, BasicEvent> | undefined;
}
/** Checks a {@link SlidingSyncTyping}. */
export const SlidingSyncTyping: Model<SlidingSyncTyping> = /* @__PURE__ */ model(() =>
  obj<SlidingSyncTyping>({ rooms: z.optional(record(RoomId, BasicEvent.schema)) }),
);

/** Thread subscriptions that changed. */
export interface SlidingSyncThreadSubscriptions {
  /** By room and thread root. */
  subscribed?: Record<RoomId, Record<EventId, ThreadSubscriptionChange>> | undefined;
  /** By room and thread root. */
  unsubscribed?: Record<RoomId, Record<EventId, ThreadUnsubscription>> | undefined;
  /** Token for the changes that were left out; absent if none were. */
  prev_batch?: string | undefined;
}
/** Checks a {@link SlidingSyncThreadSubscriptions}. */
export const SlidingSyncThreadSubscriptions: Model<SlidingSyncThreadSubscriptions> = /* @__PURE__ */ model(() =>
  obj<SlidingSyncThreadSubscriptions>({
    subscribed: z.optional(record(RoomId, record(EventId, ThreadSubscriptionChange.schema))),
    unsubscribed: z.optional(record(RoomId, record(EventId, ThreadUnsubscription.schema))),
    prev_batch: z.optional(z.string()),
  }),
);

/** Answers of the extensions; unknown ones are kept. */
export interface SlidingSyncExtensions {
  to_device?: SlidingSyncToDevice | undefined;
  e2ee?: SlidingSyncE2ee | undefined;
  account_data?: SlidingSyncAccountData | undefined;
  receipts?: SlidingSyncReceipts | undefined;
  typing?: SlidingSyncTyping | undefined;
  thread_subscriptions?: SlidingSyncThreadSubscriptions | undefined;
  "io.element.msc4308.thread_subscriptions"?: SlidingSyncThreadSubscriptions | undefined;
  "org.matrix.msc4354.sticky_events"?: SlidingSyncStickyEvents | undefined;
}
/** Checks a {@link SlidingSyncExtensions}. */
export const SlidingSyncExtensions: Model<SlidingSyncExtensions> = /* @__PURE__ */ model(() =>
  obj<SlidingSyncExtensions>({
    to_device: z.optional(SlidingSyncToDevice.schema),
    e2ee: z.optional(SlidingSyncE2ee.schema),
    account_data: z.optional(SlidingSyncAccountData.schema),
    receipts: z.optional(SlidingSyncReceipts.schema),
    typing: z.optional(SlidingSyncTyping.schema),
    thread_subscriptions: z.optional(SlidingSyncThreadSubscriptions.schema),
    "io.element.msc4308.thread_subscriptions": z.optional(SlidingSyncThreadSubscriptions.schema),
    "org.matrix.msc4354.sticky_events": z.optional(SlidingSyncStickyEvents.schema),
  }),
);
