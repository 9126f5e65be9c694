import { isJsonObject, type JsonObject } from "@patrix/api";

/** The power levels that `sender_notification_permission` compares. */
export interface NotificationPowerLevels {
  /** A user's power level; `Infinity` for a creator from room version 12 on. */
  powerLevelFor(userId: string): number;
  /** The level that a kind of notification, such as `room`, needs. */
  notificationLevel(key: string): number;
}

/** Who created a room, and what that means in its version. */
export interface RoomCreators {
  /** The creators' user IDs. */
  readonly userIds: readonly string[];
  /** Whether they have infinite power: the room version rule `explicitlyPrivilegeRoomCreators`. */
  readonly infinite: boolean;
}

/** The level that a notification needs when the power levels do not say; the specification gives it for `room`. */
const defaultNotificationLevel = 50;

/**
 * Reads the power levels of a room from the content of its `m.room.power_levels`; without one, creators have 100.
 *
 * Levels that are texts of integers, and fractions, are read as old room versions do: events of newer versions cannot have them.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroompower_levels}
 */
export function notificationPowerLevels(content: JsonObject | undefined, creators: RoomCreators): NotificationPowerLevels {
  const isCreator = new Set(creators.userIds);
  const usersDefault = parsePowerLevel(content?.["users_default"]) ?? 0;
  const users = members(content?.["users"]);
  const notifications = members(content?.["notifications"]);
  return {
    powerLevelFor(userId) {
      if (isCreator.has(userId)) {
        if (creators.infinite) return Infinity;
        if (content === undefined) return 100;
      }
      return parsePowerLevel(users.get(userId)) ?? usersDefault;
    },
    notificationLevel: (key) => parsePowerLevel(notifications.get(key)) ?? defaultNotificationLevel,
  };
}

/** Reads a power level: an integer, a fraction, which is cut, or the text of an integer. `undefined` for anything else. */
export function parsePowerLevel(value: unknown): number | undefined {
  const number = typeof value === "string" && /^\s*[+-]?[0-9]+\s*$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isSafeInteger(Math.trunc(number))) return undefined;
  // The sum turns -0 into 0.
  return Math.trunc(number) + 0;
}

function members(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(isJsonObject(value) ? Object.entries(value) : []);
}
