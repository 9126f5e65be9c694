import { model, type Model, obj, type OpenEnum, openEnum, record } from "@patrix/api";
import { DeviceId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition, messageEvent } from "../registry/define.ts";
import { type RelatingContent, relatingContentShape } from "../relations/relating-content.ts";

/**
 * An Olm message for one device.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#molmv1curve25519-aes-sha2}
 */
export interface OlmCiphertext {
  body?: string | undefined;
  /** `0` for a pre-key message, `1` for any other. */
  type?: number | undefined;
}
/** Checks {@link OlmCiphertext}. */
export const OlmCiphertext: Model<OlmCiphertext> = /* @__PURE__ */ model(() =>
  obj<OlmCiphertext>({ body: z.optional(z.string()), type: z.optional(z.int()) }),
);

/**
 * Content of `m.room.encrypted`: an event that only those with the key can read.
 * Relations stay readable for the server.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroomencrypted}
 */
export interface RoomEncryptedContent extends RelatingContent {
  algorithm: OpenEnum<"m.olm.v1.curve25519-aes-sha2" | "m.megolm.v1.aes-sha2">;
  /** A Megolm message; or Olm messages by the recipient's Curve25519 identity key. */
  ciphertext: string | Record<string, OlmCiphertext>;
  /** Curve25519 key of the sender. Deprecated for Megolm. */
  sender_key?: string | undefined;
  /** Device of the sender. Deprecated for Megolm. */
  device_id?: DeviceId | undefined;
  /** Only of Megolm: the session that encrypts the event. */
  session_id?: string | undefined;
}
/** Checks the content of `m.room.encrypted`. */
export const RoomEncryptedContent: Model<RoomEncryptedContent> = /* @__PURE__ */ model(() =>
  obj<RoomEncryptedContent>({
    ...relatingContentShape(),
    algorithm: openEnum(["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"]),
    ciphertext: z.union([z.string(), record(z.string(), OlmCiphertext.schema)]),
    sender_key: z.optional(z.string()),
    device_id: z.optional(DeviceId),
    session_id: z.optional(z.string()),
  }),
);

declare module "../registry/define.ts" {
  interface MessageLikeEventMap {
    "m.room.encrypted": RoomEncryptedContent;
  }
  interface ToDeviceEventMap {
    "m.room.encrypted": RoomEncryptedContent;
  }
}

/** Defines `m.room.encrypted` in rooms. */
export const roomEncrypted: EventDefinition<"message", "m.room.encrypted", RoomEncryptedContent> = /* @__PURE__ */ messageEvent(
  "m.room.encrypted",
  RoomEncryptedContent,
);

/** Defines `m.room.encrypted` between devices. */
export const toDeviceEncrypted: EventDefinition<"to-device", "m.room.encrypted", RoomEncryptedContent> = /* @__PURE__ */ defineEvent(
  "to-device",
  "m.room.encrypted",
  RoomEncryptedContent,
);
