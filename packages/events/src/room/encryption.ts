import { model, type Model, obj, type OpenEnum, openEnum } from "@patrix/api";
import * as z from "zod/mini";
import { emptyStateKey, type EventDefinition, stateEvent } from "../registry/define.ts";

/**
 * Content of `m.room.encryption`: how the events of the room are encrypted.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroomencryption}
 */
export interface RoomEncryptionContent {
  algorithm: OpenEnum<"m.megolm.v1.aes-sha2">;
  /** Milliseconds until a Megolm session is replaced. Default: one week, `604800000`. */
  rotation_period_ms?: number | undefined;
  /** Messages until a Megolm session is replaced. Default: `100`. */
  rotation_period_msgs?: number | undefined;
}
/** Checks the content of `m.room.encryption`. */
export const RoomEncryptionContent: Model<RoomEncryptionContent> = /* @__PURE__ */ model(() =>
  obj<RoomEncryptionContent>({
    algorithm: openEnum(["m.megolm.v1.aes-sha2"]),
    rotation_period_ms: z.optional(z.int()),
    rotation_period_msgs: z.optional(z.int()),
  }),
);

declare module "../registry/define.ts" {
  interface StateEventMap {
    "m.room.encryption": RoomEncryptionContent;
  }
  interface StateKeyMap {
    "m.room.encryption": "";
  }
}

/** Defines `m.room.encryption`. */
export const roomEncryption: EventDefinition<"state", "m.room.encryption", RoomEncryptionContent> = /* @__PURE__ */ stateEvent(
  "m.room.encryption",
  RoomEncryptionContent,
  emptyStateKey,
);
