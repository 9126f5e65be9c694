import { type Model, model, obj } from "@patrix/api";
import { EventId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { type EventDefinition, messageEvent } from "../registry/define.ts";

/**
 * Content of `m.room.redaction`: an event is emptied.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroomredaction}
 */
export interface RoomRedactionContent {
  /** The event to redact, from room version 11 on; before it stands beside the content. */
  redacts?: EventId | undefined;
  reason?: string | undefined;
}
/** Checks the content of `m.room.redaction`. */
export const RoomRedactionContent: Model<RoomRedactionContent> = /* @__PURE__ */ model(() =>
  obj<RoomRedactionContent>({ redacts: z.optional(EventId), reason: z.optional(z.string()) }),
);

declare module "../registry/define.ts" {
  interface MessageLikeEventMap {
    "m.room.redaction": RoomRedactionContent;
  }
}

/** Defines `m.room.redaction`. */
export const roomRedaction: EventDefinition<"message", "m.room.redaction", RoomRedactionContent> = /* @__PURE__ */ messageEvent(
  "m.room.redaction",
  RoomRedactionContent,
);
