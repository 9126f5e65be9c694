import { type Model, model, obj, record } from "@patrix/api";
import { RoomId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";
import { EncryptedFile } from "../media-info/encrypted-file.ts";
import { RoomKeyWithheldContent } from "./room-key-withheld.ts";

/**
 * Content of `m.room_key_bundle`: where the keys of a room's history are, for someone who is invited.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroom_key_bundle}
 */
export interface RoomKeyBundleContent {
  room_id: RoomId;
  /** Its plaintext is a {@link RoomKeyBundle}. */
  file: EncryptedFile;
}
/** Checks the content of `m.room_key_bundle`. */
export const RoomKeyBundleContent: Model<RoomKeyBundleContent> = /* @__PURE__ */ model(() =>
  obj<RoomKeyBundleContent>({ room_id: RoomId, file: EncryptedFile.schema }),
);

/** A Megolm session in a {@link RoomKeyBundle}. */
export interface HistoricRoomKey {
  algorithm: string;
  room_id: RoomId;
  /** Signing keys that the sending device is said to have, by algorithm. */
  sender_claimed_keys: Record<string, string>;
  /** Curve25519 key of the device that began the session. */
  sender_key: string;
  session_id: string;
  /** In the format of session export. */
  session_key: string;
}
/** Checks {@link HistoricRoomKey}. */
export const HistoricRoomKey: Model<HistoricRoomKey> = /* @__PURE__ */ model(() =>
  obj<HistoricRoomKey>({
    algorithm: z.string(),
    room_id: RoomId,
    sender_claimed_keys: record(z.string(), z.string()),
    sender_key: z.string(),
    session_id: z.string(),
    session_key: z.string(),
  }),
);

/**
 * The plaintext of a shared key bundle: sessions, and why others are left out.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#definition-roomkeybundle}
 */
export interface RoomKeyBundle {
  room_keys?: HistoricRoomKey[] | undefined;
  withheld?: RoomKeyWithheldContent[] | undefined;
}
/** Checks {@link RoomKeyBundle}. */
export const RoomKeyBundle: Model<RoomKeyBundle> = /* @__PURE__ */ model(() =>
  obj<RoomKeyBundle>({
    room_keys: z.optional(z.array(HistoricRoomKey.schema)),
    withheld: z.optional(z.array(RoomKeyWithheldContent.schema)),
  }),
);

declare module "../registry/define.ts" {
  interface ToDeviceEventMap {
    "m.room_key_bundle": RoomKeyBundleContent;
  }
}

/** Defines `m.room_key_bundle`. */
export const roomKeyBundle: EventDefinition<"to-device", "m.room_key_bundle", RoomKeyBundleContent> = /* @__PURE__ */ defineEvent(
  "to-device",
  "m.room_key_bundle",
  RoomKeyBundleContent,
);
