import { isJsonObject } from "@patrix/api";
import type { UserId } from "@patrix/identifiers";
import { parsePowerLevel } from "@patrix/push-rules";
import { getRoomVersionRules } from "@patrix/room-versions";
import { type RoomData, stateContent, textOf } from "./room-data.ts";

/** Something that takes power: one of these, or sending an event of a type. */
export type RoomAction = "send" | "invite" | "kick" | "ban" | "redact" | "pin";

/** Who created the room, and with that has power without being listed. */
export function creatorsOf(room: RoomData): { readonly userIds: readonly UserId[]; readonly infinite: boolean } {
  const create = room.state.get("m.room.create")?.get("");
  if (!create) return { userIds: [], infinite: false };
  const infinite =
    getRoomVersionRules(textOf(create.content, "room_version") ?? "1")?.authorization.explicitlyPrivilegeRoomCreators === true;
  const additional = create.content["additional_creators"];
  const others = infinite && Array.isArray(additional) ? additional.filter((id): id is UserId => typeof id === "string") : [];
  return { userIds: [create.sender, ...others], infinite };
}

/**
 * The power level of a user; `Infinity` for creators from room version 12 on.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroompower_levels}
 */
export function powerLevelOf(room: RoomData, userId: UserId): number {
  const content = stateContent(room, "m.room.power_levels");
  const creators = creatorsOf(room);
  if (creators.userIds.includes(userId) && (creators.infinite || content === undefined)) return creators.infinite ? Infinity : 100;
  const users = content?.["users"];
  const own = isJsonObject(users) && Object.hasOwn(users, userId) ? parsePowerLevel(users[userId]) : undefined;
  return own ?? parsePowerLevel(content?.["users_default"]) ?? 0;
}

/** The power level that an action takes, or sending an event of a type. */
export function requiredPowerLevel(room: RoomData, action: RoomAction | (string & {}), isState: boolean): number {
  const content = stateContent(room, "m.room.power_levels");
  const level = (key: string, fallback: number): number => parsePowerLevel(content?.[key]) ?? fallback;
  const forEvent = (type: string, state: boolean): number => {
    const events = content?.["events"];
    const own = isJsonObject(events) && Object.hasOwn(events, type) ? parsePowerLevel(events[type]) : undefined;
    // Without power levels everyone may set state: the default of 50 belongs to the event.
    return own ?? (state ? level("state_default", content ? 50 : 0) : level("events_default", 0));
  };
  switch (action) {
    case "invite":
      return level("invite", 0);
    case "kick":
    case "ban":
    case "redact":
      return level(action, 50);
    case "send":
      return forEvent("m.room.message", false);
    case "pin":
      return forEvent("m.room.pinned_events", true);
    default:
      return forEvent(action, isState);
  }
}
