import { type JsonObject, jsonObject, model, type Model, obj, record } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

/**
 * Content of `m.direct_to_device`: events for devices.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#definition-mdirect_to_device}
 */
export interface DirectToDeviceContent {
  sender: UserId;
  type: string;
  /** Unique among the messages of the sender; repeats are dropped. At most 32 code points. */
  message_id: string;
  /** Contents by user and device ID; `*` stands for all devices. */
  messages: Record<UserId, Record<string, JsonObject>>;
}
/** Checks the content of `m.direct_to_device`. */
export const DirectToDeviceContent: Model<DirectToDeviceContent> = /* @__PURE__ */ model(() =>
  obj<DirectToDeviceContent>({
    sender: UserId,
    type: z.string(),
    message_id: z.string(),
    messages: z.looseRecord(UserId, record(z.string(), jsonObject())),
  }),
);

declare module "../registry/define.ts" {
  interface EduMap {
    "m.direct_to_device": DirectToDeviceContent;
  }
}

/** Defines the EDU `m.direct_to_device`. */
export const directToDeviceEdu: EventDefinition<"edu", "m.direct_to_device", DirectToDeviceContent> = /* @__PURE__ */ defineEvent(
  "edu",
  "m.direct_to_device",
  DirectToDeviceContent,
);
