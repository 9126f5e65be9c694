import type { RoomId, UserId } from "@patrix/identifiers";
import type { DirectContent } from "../account-data/direct.ts";

/** Lists the rooms that are direct chats with a user. */
export function directRoomsOf(content: DirectContent, userId: UserId): RoomId[] {
  return Object.hasOwn(content, userId) ? roomsIn(content[userId]) : [];
}

/** Lists the users with whom a room is a direct chat; usually none or one. */
export function directUsersOf(content: DirectContent, roomId: RoomId): UserId[] {
  return entriesOf(content).flatMap(([userId, rooms]) => (userId.startsWith("@") && rooms.includes(roomId) ? [userId] : []));
}

/** Makes a content in which a room is a direct chat with a user too. */
export function withDirectRoom(content: DirectContent, userId: UserId, roomId: RoomId): DirectContent {
  const rooms = directRoomsOf(content, userId);
  return rooms.includes(roomId) ? content : { ...content, [userId]: [...rooms, roomId] };
}

/** Makes a content in which a room is a direct chat with nobody; users without any direct chat are left out. */
export function withoutDirectRoom(content: DirectContent, roomId: RoomId): DirectContent {
  const entries = Object.entries(content).map(([userId, rooms]): [string, RoomId[]] => [
    userId,
    Array.isArray(rooms) ? rooms.filter((room) => room !== roomId) : rooms,
  ]);
  const had = (userId: string): boolean => roomsIn(content[userId as UserId]).includes(roomId);
  return Object.fromEntries(entries.filter(([userId, rooms]) => rooms.length > 0 || !had(userId)));
}

/** Values of keys that are no user IDs are not checked, so they are looked at with care. */
function roomsIn(value: unknown): RoomId[] {
  return Array.isArray(value) ? value : [];
}

function entriesOf(content: DirectContent): [UserId, RoomId[]][] {
  return Object.keys(content).map((key) => [key as UserId, roomsIn(content[key as UserId])]);
}
