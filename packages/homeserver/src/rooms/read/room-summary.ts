import type { LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import { stateEvent } from "./current-state.ts";

/** How many members name a room that has no name. */
const HERO_COUNT = 5;

/**
 * Renders the summary of a room: the counts, and the members to name it by where it has neither name nor alias.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3sync}
 */
export async function renderSummary(rooms: Rooms, room: LoadedRoom, userNid: number): Promise<string> {
  const { joinedCount, invitedCount } = room.view;
  const counts = { "m.joined_member_count": joinedCount, "m.invited_member_count": invitedCount };
  const name = (await stateEvent(rooms, room, "m.room.name"))?.content["name"];
  const alias = (await stateEvent(rooms, room, "m.room.canonical_alias"))?.content["alias"];
  if ((typeof name === "string" && name !== "") || (typeof alias === "string" && alias !== "")) return JSON.stringify(counts);
  const heroes = heroNids(room, userNid);
  await rooms.core.users.load(heroes);
  return JSON.stringify({ ...counts, "m.heroes": heroes.map((nid) => rooms.core.users.peekText(nid)) });
}

/** The members who name the room: joined and invited ones first, else those who have left; by the order of their events. */
function heroNids(room: LoadedRoom, userNid: number): number[] {
  const others = [...room.view.members].filter(([nid]) => nid !== userNid);
  const present = others.filter(([, { membership }]) => membership === "join" || membership === "invite");
  const pool = present.length > 0 ? present : others.filter(([, { membership }]) => membership === "leave" || membership === "ban");
  return pool
    .toSorted(([, a], [, b]) => a.eventNid - b.eventNid)
    .slice(0, HERO_COUNT)
    .map(([nid]) => nid);
}
