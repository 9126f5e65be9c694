import { type Model, model, obj, record } from "@patrix/api";
import { type Schema, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { emptyStateKey, type EventDefinition, stateEvent } from "../registry/define.ts";

/**
 * A power level: an integer; in room versions 1 to 9 also a text that holds one, and in 1 to 5 a number whose fraction does not count.
 * Which of them a room takes is a rule of authorization, and `PowerLevels` of `@patrix/room-versions` reads them by those rules.
 *
 * @see {@link https://spec.matrix.org/v1.19/rooms/v9/#deprecated-event-content-schemas}
 */
export type PowerLevel = number | string;

/**
 * Content of `m.room.power_levels`: how much power users have and how much each action takes.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroompower_levels}
 */
export interface RoomPowerLevelsContent {
  /** To ban. Default: `50`. */
  ban?: PowerLevel | undefined;
  /** To send events, by type. */
  events?: Record<string, PowerLevel> | undefined;
  /** To send message-like events without an entry. Default: `0`. */
  events_default?: PowerLevel | undefined;
  /** To invite. Default: `0`. */
  invite?: PowerLevel | undefined;
  /** To kick. Default: `50`. */
  kick?: PowerLevel | undefined;
  /** To redact the events of others. Default: `50`. */
  redact?: PowerLevel | undefined;
  /** To send state events without an entry. Default: `50`. */
  state_default?: PowerLevel | undefined;
  /** What users have. */
  users?: Record<UserId, PowerLevel> | undefined;
  /** What users without an entry have. Default: `0`. */
  users_default?: PowerLevel | undefined;
  /** To notify by key; `room` is for `@room`. Default: `50`. */
  notifications?: Record<string, PowerLevel> | undefined;
}
/** Schema of a {@link PowerLevel}. */
const PowerLevel: Schema<PowerLevel> = /* @__PURE__ */ z.union([
  z.number(),
  z.string().check(z.regex(/^\s*[+-]?[0-9]+\s*$/, "expected a number, or a text that holds an integer")),
]);

/** Checks the content of `m.room.power_levels`. */
export const RoomPowerLevelsContent: Model<RoomPowerLevelsContent> = /* @__PURE__ */ model(() =>
  obj<RoomPowerLevelsContent>({
    ban: z.optional(PowerLevel),
    events: z.optional(record(z.string(), PowerLevel)),
    events_default: z.optional(PowerLevel),
    invite: z.optional(PowerLevel),
    kick: z.optional(PowerLevel),
    redact: z.optional(PowerLevel),
    state_default: z.optional(PowerLevel),
    users: z.optional(z.looseRecord(UserId, PowerLevel)),
    users_default: z.optional(PowerLevel),
    notifications: z.optional(record(z.string(), PowerLevel)),
  }),
);

declare module "../registry/define.ts" {
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
