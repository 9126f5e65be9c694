import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { RoomVisibility } from "./room-visibility.ts";

/** Body that tells whether a room is in the public directory. */
export interface RoomVisibilityBody {
  visibility?: RoomVisibility | undefined;
}

/** Checks a {@link RoomVisibilityBody}. */
export const RoomVisibilityBody: Model<RoomVisibilityBody> = /* @__PURE__ */ model(() =>
  obj<RoomVisibilityBody>({ visibility: z.optional(RoomVisibility) }),
);
