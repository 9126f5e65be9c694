import type { RoomSummary } from "@patrix/client-api";
import type { Room } from "../rooms/room.ts";
import type { Rooms } from "../rooms/rooms.ts";

/** Who looks at a room: a user by number; nobody in particular where it is left out. */
export type Viewer = { readonly userNid: number } | undefined;

/** The present membership of a viewer. */
export async function viewerMembership(rooms: Rooms, room: Pick<Room, "nid">, viewer: Viewer): Promise<string | undefined> {
  return viewer && (await rooms.ofUser(viewer.userNid)).get(room.nid)?.membership;
}

/**
 * Whether somebody may know what a room says of itself: members, those who may join or knock, and everybody where the history can be read.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidhierarchy}
 */
export async function mayPreview(rooms: Rooms, summary: RoomSummary, viewer: Viewer): Promise<boolean> {
  const room = rooms.get(summary.room_id);
  const { join_rule: rule, world_readable: isReadable, allowed_room_ids: allowed = [] } = summary;
  if (isReadable || rule === "public") return true;
  const { knocking, restrictedJoinRule, knockRestrictedJoinRule } = room.rules.authorization;
  if ((rule === "knock" && knocking) || (rule === "knock_restricted" && knockRestrictedJoinRule)) return true;
  const membership = await viewerMembership(rooms, room, viewer);
  if (membership === "join" || membership === "invite") return true;
  if (!viewer || rule !== "restricted" || !restrictedJoinRule || membership === "ban") return false;
  const own = await rooms.ofUser(viewer.userNid);
  return allowed.some((roomId) => own.get(rooms.find(roomId)?.nid ?? 0)?.membership === "join");
}
