import { isJsonObject } from "@patrix/api";
import { allDirectRooms } from "@patrix/events";
import type { RoomId, UserId } from "@patrix/identifiers";
import { type BaseState, type RoomData, stateContent, textOf } from "./room-data.ts";

/** Rooms that account data calls direct chats, found once for each version of it. */
const directRooms = new WeakMap<object, ReadonlySet<RoomId>>();

/** Rooms that the account data calls direct chats. */
export function directRoomsIn({ accountData }: Pick<BaseState, "accountData">): ReadonlySet<RoomId> {
  const content = accountData.get("m.direct");
  if (!content) return new Set();
  const known = directRooms.get(content) ?? new Set(allDirectRooms(content));
  directRooms.set(content, known);
  return known;
}

/** Whether a room is a direct chat of the user. */
export function isDirectRoom(base: Pick<BaseState, "accountData">, room: RoomData, userId: UserId): boolean {
  return directRoomsIn(base).has(room.id) || stateContent(room, "m.room.member", userId)?.["is_direct"] === true;
}

/** Whether a room is a space. */
export function isSpaceRoom(room: RoomData): boolean {
  return textOf(stateContent(room, "m.room.create"), "type") === "m.space";
}

/** The user's tags of a room. */
export function tagsOf(room: RoomData): ReadonlySet<string> {
  const tags = room.accountData["m.tag"]?.["tags"];
  return new Set(isJsonObject(tags) ? Object.keys(tags) : []);
}

/**
 * A space with all rooms and spaces below it, as far as their spaces are known.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mspacechild}
 */
export function roomsInSpace(rooms: ReadonlyMap<RoomId, RoomData>, space: RoomId): ReadonlySet<string> {
  const found = new Set<string>([space]);
  // Children are added while the set is walked.
  for (const id of found) {
    const room = rooms.get(id as RoomId);
    if (!room || !isSpaceRoom(room)) continue;
    for (const [child, { content }] of room.state.get("m.space.child") ?? []) if (Array.isArray(content["via"])) found.add(child);
  }
  return found;
}
