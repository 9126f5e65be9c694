import { type Model, model, obj, type OpenEnum, openEnum, tolerated, unlessType } from "@patrix/api";
import { RoomId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

/**
 * Content of `m.room_key`: a Megolm session.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroom_key}
 */
export interface RoomKeyContent {
  algorithm: OpenEnum<"m.megolm.v1.aes-sha2">;
  room_id: RoomId;
  session_id: string;
  /** In the format of session sharing. */
  session_key: string;
  /** Whether people invited later may get the key. Default: `false`. */
  shared_history?: boolean | undefined;
}
/** Checks the content of `m.room_key`. */
export const RoomKeyContent: Model<RoomKeyContent> = /* @__PURE__ */ model(() =>
  obj<RoomKeyContent>({
    algorithm: openEnum(["m.megolm.v1.aes-sha2"]),
    room_id: RoomId,
    session_id: z.string(),
    session_key: z.string(),
    shared_history: tolerated(z.optional(z.boolean()), "no-boolean", unlessType("boolean")),
  }),
);

declare module "../registry/define.ts" {
  interface ToDeviceEventMap {
    "m.room_key": RoomKeyContent;
  }
}

/** Defines `m.room_key`. */
export const roomKey: EventDefinition<"to-device", "m.room_key", RoomKeyContent> = /* @__PURE__ */ defineEvent(
  "to-device",
  "m.room_key",
  RoomKeyContent,
);
