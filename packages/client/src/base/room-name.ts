import type { UserId } from "@patrix/identifiers";
import { describeMember } from "./members.ts";
import { type RoomData, stateContent, textOf } from "./room-data.ts";

const names = new WeakMap<RoomData, string>();

/**
 * Names a room: by its name, its alias, or its members.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#calculating-the-display-name-for-a-room}
 */
export function roomName(room: RoomData, ownUserId: UserId): string {
  const known = names.get(room);
  if (known !== undefined) return known;
  const name = calculateName(room, ownUserId);
  names.set(room, name);
  return name;
}

function calculateName(room: RoomData, ownUserId: UserId): string {
  const given = textOf(stateContent(room, "m.room.name"), "name") ?? textOf(stateContent(room, "m.room.canonical_alias"), "alias");
  if (given !== undefined) return given;
  const heroes = room.heroes.length > 0 ? room.heroes.filter((id) => id !== ownUserId) : pickHeroes(room, ownUserId);
  const heroNames = heroes.slice(0, 5).map((id) => describeMember(room, id).disambiguated);
  const others = Math.max(0, countMembers(room) - 1);
  if (others === 0) return heroNames.length > 0 ? `Empty room (was ${listNames(heroNames)})` : "Empty room";
  if (heroNames.length >= others) return listNames(heroNames);
  const left = others - heroNames.length;
  return heroNames.length > 0 ? `${heroNames.join(", ")} and ${left} ${left === 1 ? "other" : "others"}` : `${others + 1} members`;
}

function countMembers(room: RoomData): number {
  if (room.joinedCount !== undefined || room.invitedCount !== undefined) return (room.joinedCount ?? 0) + (room.invitedCount ?? 0);
  let count = 0;
  for (const { content } of room.state.get("m.room.member")?.values() ?? [])
    if (content["membership"] === "join" || content["membership"] === "invite") count += 1;
  return count;
}

/** For servers that pick no heroes: the first members by user ID, those who left only where nobody else is there. */
function pickHeroes(room: RoomData, ownUserId: UserId): readonly UserId[] {
  const members = [...(room.state.get("m.room.member") ?? [])].filter(([id]) => id !== ownUserId);
  const present = members.filter(([, { content }]) => content["membership"] === "join" || content["membership"] === "invite");
  const chosen = present.length > 0 ? present : members;
  // State keys of member events are user IDs, which the server checked.
  const ids = chosen.map(([id]) => id as UserId);
  return ids.sort().slice(0, 5);
}

function listNames(all: readonly string[]): string {
  if (all.length <= 1) return all[0] ?? "";
  return `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
}
