import { model, type Model, obj, type OpenEnum, openEnum } from "@patrix/api";
import { DeviceId, RoomId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

/**
 * The Megolm session that is asked for.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroom_key_request_requestedkeyinfo}
 */
export interface RequestedKeyInfo {
  algorithm: string;
  room_id: RoomId;
  /** Curve25519 key of the device that began the session. Deprecated. */
  sender_key?: string | undefined;
  session_id: string;
}
/** Checks {@link RequestedKeyInfo}. */
export const RequestedKeyInfo: Model<RequestedKeyInfo> = /* @__PURE__ */ model(() =>
  obj<RequestedKeyInfo>({ algorithm: z.string(), room_id: RoomId, sender_key: z.optional(z.string()), session_id: z.string() }),
);

/**
 * Content of `m.room_key_request`: a device asks for a Megolm session, or no longer does.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroom_key_request}
 */
export interface RoomKeyRequestContent {
  /** Required with action `request`. */
  body?: RequestedKeyInfo | undefined;
  action: OpenEnum<"request" | "request_cancellation">;
  requesting_device_id: DeviceId;
  request_id: string;
}
/** Checks the content of `m.room_key_request`. */
export const RoomKeyRequestContent: Model<RoomKeyRequestContent> = /* @__PURE__ */ model(() =>
  obj<RoomKeyRequestContent>({
    body: z.optional(RequestedKeyInfo.schema),
    action: openEnum(["request", "request_cancellation"]),
    requesting_device_id: DeviceId,
    request_id: z.string(),
  }),
);

declare module "../registry/define.ts" {
  interface ToDeviceEventMap {
    "m.room_key_request": RoomKeyRequestContent;
  }
}

/** Defines `m.room_key_request`. */
export const roomKeyRequest: EventDefinition<"to-device", "m.room_key_request", RoomKeyRequestContent> = /* @__PURE__ */ defineEvent(
  "to-device",
  "m.room_key_request",
  RoomKeyRequestContent,
);
