import type { RoomSummary } from "@patrix/client-api";
import { readingRules, type Room } from "../rooms/room.ts";
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
  const room = rooms.find(summary.room_id);
  const { join_rule: rule, world_readable: isReadable, allowed_room_ids: allowed = [] } = summary;
  if (isReadable || rule === "public") return true;
  const { knocking, restrictedJoinRule, knockRestrictedJoinRule } = (room?.rules ?? readingRules(summary.room_version)).authorization;
  if ((rule === "knock" && knocking) || (rule === "knock_restricted" && knockRestrictedJoinRule)) return true;
  const membership = room && (await viewerMembership(rooms, room, viewer));
  if (membership === "join" || membership === "invite") return true;
  if (!viewer || rule !== "restricted" || !restrictedJoinRule || membership === "ban") return false;
  const own = await rooms.ofUser(viewer.userNid);
  return allowed.some((roomId) => own.get(rooms.find(roomId)?.nid ?? 0)?.membership === "join");
}

/** As {@link mayPreview}, for the users of another server. */
export async function mayServerPreview(rooms: Rooms, summary: RoomSummary, isJoined: (room: Room) => Promise<boolean>): Promise<boolean> {
  if (await mayPreview(rooms, summary, undefined)) return true;
  const room = rooms.get(summary.room_id);
  if (await isJoined(room)) return true;
  if (summary.join_rule !== "restricted" || !room.rules.authorization.restrictedJoinRule) return false;
  for (const roomId of summary.allowed_room_ids ?? []) {
    const allowed = rooms.find(roomId);
    if (allowed && (await isJoined(allowed))) return true;
  }
  return false;
}
