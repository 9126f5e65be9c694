import type { LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import type { RoomState } from "../state/room-state.ts";
import type { Place } from "../timeline/place.ts";
import { joinedCountOf } from "./joined-count.ts";
import { type MembersAt, membersAt, membersIn } from "./members-at.ts";
import { eventIn } from "./state-event.ts";

/** How many members name a room that has no name. */
const HERO_COUNT = 5;

/** What a list of rooms shows of a room. */
export interface RoomSummary {
  readonly joinedCount: number;
  readonly invitedCount: number;
  /** The members to name the room by; `undefined` where it has a name or an alias. */
  readonly heroes: readonly string[] | undefined;
}

/**
 * Sums up a room at a place of its timeline, for one of its members.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3sync}
 */
export async function summaryAt(
  rooms: Rooms,
  room: LoadedRoom,
  { place, state }: { readonly place: Place; readonly state: RoomState },
  userNid: number,
): Promise<RoomSummary> {
  const name = (await eventIn(rooms, state, "m.room.name"))?.content["name"];
  const alias = (await eventIn(rooms, state, "m.room.canonical_alias"))?.content["alias"];
  const at = membersAt(room, place) ?? (await membersIn(rooms, state));
  const counts = { joinedCount: joinedCountOf(rooms, room, at), invitedCount: at.invitedCount };
  if ((typeof name === "string" && name !== "") || (typeof alias === "string" && alias !== "")) return { ...counts, heroes: undefined };
  const heroes = heroNids(at, userNid);
  await rooms.core.users.load(heroes);
  return { ...counts, heroes: heroes.map((nid) => rooms.core.users.peekText(nid)) };
}

/** The members who name the room: joined and invited ones first, else those who have left; by the order of their events. */
function heroNids({ members }: MembersAt, userNid: number): number[] {
  const present = oldest(members, userNid, (membership) => membership === "join" || membership === "invite");
  return present.length > 0 ? present : oldest(members, userNid, (membership) => membership === "leave" || membership === "ban");
}

function oldest(members: MembersAt["members"], userNid: number, isWanted: (membership: string) => boolean): number[] {
  const found: { readonly nid: number; readonly eventNid: number }[] = [];
  for (const [nid, { membership, eventNid }] of members) {
    if (nid === userNid || !isWanted(membership)) continue;
    const last = found[HERO_COUNT - 1];
    if (last && last.eventNid <= eventNid) continue;
    found.push({ nid, eventNid });
    found.sort((a, b) => a.eventNid - b.eventNid);
    found.length = Math.min(found.length, HERO_COUNT);
  }
  return found.map(({ nid }) => nid);
}
