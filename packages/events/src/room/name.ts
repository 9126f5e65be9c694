import { tolerated, type Model, model, obj, whenMissing } from "@patrix/api";
import * as z from "zod/mini";
import { emptyStateKey, type EventDefinition, stateEvent } from "../registry/define.ts";

/**
 * Content of `m.room.name`: what people call the room.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroomname}
 */
export interface RoomNameContent {
  /** Empty where the room has no name. At most 255 bytes. */
  name: string;
}
/** Checks the content of `m.room.name`. */
export const RoomNameContent: Model<RoomNameContent> = /* @__PURE__ */ model(() =>
  obj<RoomNameContent>({ name: tolerated(z.string(), "optional", whenMissing({ replacement: "" })) }),
);

declare module "../registry/define.ts" {
  interface StateEventMap {
    "m.room.name": RoomNameContent;
  }
  interface StateKeyMap {
    "m.room.name": "";
  }
}

/** Defines `m.room.name`. */
export const roomName: EventDefinition<"state", "m.room.name", RoomNameContent> = /* @__PURE__ */ stateEvent(
  "m.room.name",
  RoomNameContent,
  emptyStateKey,
);
