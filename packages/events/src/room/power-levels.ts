import { type Model, model, obj, record } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { emptyStateKey, type EventDefinition, stateEvent } from "../define.ts";

/**
 * Content of `m.room.power_levels`: how much power users have and how much each action takes.
 * Rooms up to version 9 also know strings that hold integers; {@link PowerLevels} reads those too.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroompower_levels}
 */
export interface RoomPowerLevelsContent {
  /** To ban. Default: `50`. */
  ban?: number | undefined;
  /** To send events, by type. */
  events?: Record<string, number> | undefined;
  /** To send message-like events without an entry. Default: `0`. */
  events_default?: number | undefined;
  /** To invite. Default: `0`. */
  invite?: number | undefined;
  /** To kick. Default: `50`. */
  kick?: number | undefined;
  /** To redact the events of others. Default: `50`. */
  redact?: number | undefined;
  /** To send state events without an entry. Default: `50`. */
  state_default?: number | undefined;
  /** What users have. */
  users?: Record<UserId, number> | undefined;
  /** What users without an entry have. Default: `0`. */
  users_default?: number | undefined;
  /** To notify by key; `room` is for `@room`. Default: `50`. */
  notifications?: Record<string, number> | undefined;
}
/** Checks the content of `m.room.power_levels`. */
export const RoomPowerLevelsContent: Model<RoomPowerLevelsContent> = /* @__PURE__ */ model(() =>
  obj<RoomPowerLevelsContent>({
    ban: z.optional(z.int()),
    events: z.optional(record(z.string(), z.int())),
    events_default: z.optional(z.int()),
    invite: z.optional(z.int()),
    kick: z.optional(z.int()),
    redact: z.optional(z.int()),
    state_default: z.optional(z.int()),
    users: z.optional(z.looseRecord(UserId, z.int())),
    users_default: z.optional(z.int()),
    notifications: z.optional(record(z.string(), z.int())),
  }),
);

declare module "../define.ts" {
  interface StateEventMap {
    "m.room.power_levels": RoomPowerLevelsContent;
  }
  interface StateKeyMap {
    "m.room.power_levels": "";
  }
}

/** Defines `m.room.power_levels`. */
export const roomPowerLevels: EventDefinition<"state", "m.room.power_levels", RoomPowerLevelsContent> = /* @__PURE__ */ stateEvent(
  "m.room.power_levels",
  RoomPowerLevelsContent,
  emptyStateKey,
);
