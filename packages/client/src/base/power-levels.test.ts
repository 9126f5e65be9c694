import { describe, expect, it } from "vitest";
import { powerLevelsOf, requiredPowerLevel } from "./power-levels.ts";
import { emptyRoomData, type RoomData, type StateEntry } from "./room-data.ts";

const [creator, other] = ["@creator:x", "@other:x"] as const;

function room(version: string | undefined, powerLevels?: StateEntry["content"]): RoomData {
  const entry = (type: string, content: StateEntry["content"]): [string, Map<string, StateEntry>] => [
    type,
    new Map([["", { type, state_key: "", sender: creator, content }]]),
  ];
  const create = entry("m.room.create", { creator, ...(version !== undefined && { room_version: version }) });
  return { ...emptyRoomData("!r:x"), state: new Map([create, ...(powerLevels ? [entry("m.room.power_levels", powerLevels)] : [])]) };
}

describe("power levels of a room", () => {
  it("ask for 50 to send state where the room has none, and give the creator 100", () => {
    const levels = powerLevelsOf(room("11"));
    expect(requiredPowerLevel(levels, "m.room.name", true)).toBe(50);
    expect(requiredPowerLevel(levels, "pin", false)).toBe(50);
    expect([levels.userLevel(creator), levels.userLevel(other)]).toEqual([100, 0]);
  });

  it("are read by the rules of the room's version", () => {
    const content = { users: { [other]: "50" }, kick: 25 };
    expect(powerLevelsOf(room(undefined, content)).userLevel(other)).toBe(50);
    expect(powerLevelsOf(room("11", content)).userLevel(other)).toBe(Number.NaN);
    expect(powerLevelsOf(room("12", content)).userLevel(creator)).toBe(Infinity);
    expect(powerLevelsOf(room("org.example.new", content)).userLevel(creator)).toBe(Infinity);
    expect(requiredPowerLevel(powerLevelsOf(room("11", content)), "kick", false)).toBe(25);
    expect(requiredPowerLevel(powerLevelsOf(room("11", content)), "send", false)).toBe(0);
  });
});
