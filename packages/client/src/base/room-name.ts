import { formatRoomDisplayName, roomDisplayName } from "@patrix/events";
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
  const heroes = room.heroes.length > 0 ? room.heroes.filter((id) => id !== ownUserId) : pickHeroes(room, ownUserId);
  const { joined, invited } = countMembers(room);
  return formatRoomDisplayName(
    roomDisplayName({
      name: textOf(stateContent(room, "m.room.name"), "name"),
      alias: textOf(stateContent(room, "m.room.canonical_alias"), "alias"),
      heroes: heroes.slice(0, 5).map((id) => describeMember(room, id).disambiguated),
      joinedCount: joined,
      invitedCount: invited,
    }),
  );
}

function countMembers({ joinedCount, invitedCount, state }: RoomData): { readonly joined: number; readonly invited: number } {
  if (joinedCount !== undefined || invitedCount !== undefined) return { joined: joinedCount ?? 0, invited: invitedCount ?? 0 };
  const memberships = [...(state.get("m.room.member")?.values() ?? [])].map(({ content }) => content["membership"]);
  const count = (membership: string): number => memberships.filter((each) => each === membership).length;
  return { joined: count("join"), invited: count("invite") };
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
