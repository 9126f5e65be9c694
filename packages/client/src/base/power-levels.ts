import { PowerLevels } from "@patrix/room-versions";
import type { RoomData } from "./room-data.ts";
import { roomRules } from "./room-rules.ts";

/** Something that takes power: one of these, or sending an event of a type. */
export type RoomAction = "send" | "invite" | "kick" | "ban" | "redact" | "pin";

const readers = new WeakMap<RoomData, PowerLevels>();

/** The power levels of a room, read once for each version of what is known of it. */
export function powerLevelsOf(room: RoomData): PowerLevels {
  const known = readers.get(room);
  if (known) return known;
  const at = (type: string) => room.state.get(type)?.get("");
  const levels = new PowerLevels(at("m.room.power_levels"), at("m.room.create"), roomRules(room.state));
  readers.set(room, levels);
  return levels;
}

/** The power level that an action takes, or sending an event of a type. */
export function requiredPowerLevel(levels: PowerLevels, action: RoomAction | (string & {}), isState: boolean): number {
  if (hasOwnLevel(action)) return levels.level(action);
  if (action === "send") return levels.eventLevel("m.room.message", false);
  return action === "pin" ? levels.eventLevel("m.room.pinned_events", true) : levels.eventLevel(action, isState);
}

function hasOwnLevel(action: string): action is "invite" | "kick" | "ban" | "redact" {
  return action === "invite" || action === "kick" || action === "ban" || action === "redact";
}
