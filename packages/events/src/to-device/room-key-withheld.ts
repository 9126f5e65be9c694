import { model, type Model, obj, type OpenEnum, openEnum } from "@patrix/api";
import { RoomId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

/**
 * Content of `m.room_key.withheld`: a Megolm session that the receiver does not get.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroom_keywithheld}
 */
export interface RoomKeyWithheldContent {
  algorithm: OpenEnum<"m.megolm.v1.aes-sha2">;
  /** Absent with code `m.no_olm`. */
  room_id?: RoomId | undefined;
  /** Absent with code `m.no_olm`. */
  session_id?: string | undefined;
  /** Curve25519 key of the device that began the session. */
  sender_key: string;
  code: OpenEnum<"m.blacklisted" | "m.unverified" | "m.unauthorised" | "m.unavailable" | "m.no_olm" | "m.history_not_shared">;
  /** For people. */
  reason?: string | undefined;
}
/** Checks the content of `m.room_key.withheld`. */
export const RoomKeyWithheldContent: Model<RoomKeyWithheldContent> = /* @__PURE__ */ model(() =>
  obj<RoomKeyWithheldContent>({
    algorithm: openEnum(["m.megolm.v1.aes-sha2"]),
    room_id: z.optional(RoomId),
    session_id: z.optional(z.string()),
    sender_key: z.string(),
    code: openEnum(["m.blacklisted", "m.unverified", "m.unauthorised", "m.unavailable", "m.no_olm", "m.history_not_shared"]),
    reason: z.optional(z.string()),
  }),
);

declare module "../registry/define.ts" {
  interface ToDeviceEventMap {
    "m.room_key.withheld": RoomKeyWithheldContent;
  }
}

/** Defines `m.room_key.withheld`. */
export const roomKeyWithheld: EventDefinition<"to-device", "m.room_key.withheld", RoomKeyWithheldContent> = /* @__PURE__ */ defineEvent(
  "to-device",
  "m.room_key.withheld",
  RoomKeyWithheldContent,
);
