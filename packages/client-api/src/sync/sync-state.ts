import { independent, model, type Model, obj } from "@patrix/api";
import { ClientEventWithoutRoomId } from "@patrix/events";
import * as z from "zod/mini";

/** State events of a room in a sync. */
export interface SyncState {
  events?: ClientEventWithoutRoomId[] | undefined;
}

/** Checks a {@link SyncState}. */
export const SyncState: Model<SyncState> = /* @__PURE__ */ model(() =>
  obj<SyncState>({ events: z.optional(independent(z.array(ClientEventWithoutRoomId.schema))) }),
);
