import { defaultRoomVersionRules, getRoomVersionRules, type RoomVersionRules } from "@patrix/room-versions";
import { type RoomState, textOf } from "./room-data.ts";

/** The rules of a room's version; those of the newest one where the version is not known. */
export function roomRules(state: RoomState): RoomVersionRules {
  const version = textOf(state.get("m.room.create")?.get("")?.content, "room_version") ?? "1";
  return getRoomVersionRules(version) ?? defaultRoomVersionRules;
}
