import type { RoomId, UserId } from "@patrix/identifiers";
import type { DirectContent } from "../account-data/direct.ts";

/** Lists the rooms that are direct chats with a user. */
export function directRoomsOf(content: DirectContent, userId: UserId): RoomId[] {
  return Object.hasOwn(content, userId) ? roomsIn(content[userId]) : [];
}

/** Lists the users with whom a room is a direct chat; usually none or one. */
export function directUsersOf(content: DirectContent, roomId: RoomId): UserId[] {
  return Object.keys(content)
    .filter(isUserId)
    .filter((userId) => roomsIn(content[userId]).includes(roomId));
}

/** Makes a content in which a room is a direct chat with a user too. */
export function withDirectRoom(content: DirectContent, userId: UserId, roomId: RoomId): DirectContent {
  const rooms = directRoomsOf(content, userId);
  return rooms.includes(roomId) ? content : { ...content, [userId]: [...rooms, roomId] };
}

/** Makes a content in which a room is a direct chat with nobody; users without any direct chat are left out. */
export function withoutDirectRoom(content: DirectContent, roomId: RoomId): DirectContent {
  const entries = Object.entries<unknown>(content).flatMap(([key, value]): [string, unknown][] => {
    const rooms = roomsIn(value);
    if (!rooms.includes(roomId)) return [[key, value]];
    const rest = rooms.filter((room) => room !== roomId);
    return rest.length > 0 ? [[key, rest]] : [];
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- entries were only taken away
  return Object.fromEntries(entries) as DirectContent;
}

/** Values of keys that are no user IDs are not checked, so they are looked at with care. */
function roomsIn(value: unknown): RoomId[] {
  return Array.isArray(value) ? value : [];
}

function isUserId(key: string): key is UserId {
  return key.startsWith("@");
}
