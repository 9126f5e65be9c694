import { type JsonObject, jsonObject, model, type Model, obj } from "@patrix/api";
import { RoomId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

/**
 * Content of `m.forwarded_room_key`: a Megolm session at second hand.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mforwarded_room_key}
 */
export interface ForwardedRoomKeyContent {
  algorithm: string;
  room_id: RoomId;
  /** Curve25519 key of the device that began the session. */
  sender_key: string;
  session_id: string;
  /** In the format of session export. */
  session_key: string;
  /** Ed25519 key that the device is said to have. */
  sender_claimed_ed25519_key: string;
  /** Devices that passed the key on, first to last. */
  forwarding_curve25519_key_chain: string[];
  /** Why the key was withheld, if the forwarder was told; a part of {@link RoomKeyWithheldContent}. */
  withheld?: JsonObject | undefined;
}
/** Checks the content of `m.forwarded_room_key`. */
export const ForwardedRoomKeyContent: Model<ForwardedRoomKeyContent> = /* @__PURE__ */ model(() =>
  obj<ForwardedRoomKeyContent>({
    algorithm: z.string(),
    room_id: RoomId,
    sender_key: z.string(),
    session_id: z.string(),
    session_key: z.string(),
    sender_claimed_ed25519_key: z.string(),
    forwarding_curve25519_key_chain: z.array(z.string()),
    withheld: z.optional(jsonObject()),
  }),
);

declare module "../registry/define.ts" {
  interface ToDeviceEventMap {
    "m.forwarded_room_key": ForwardedRoomKeyContent;
  }
}

/** Defines `m.forwarded_room_key`. */
export const forwardedRoomKey: EventDefinition<"to-device", "m.forwarded_room_key", ForwardedRoomKeyContent> = /* @__PURE__ */ defineEvent(
  "to-device",
  "m.forwarded_room_key",
  ForwardedRoomKeyContent,
);
