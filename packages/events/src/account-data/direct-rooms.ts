import { isJsonObject, type JsonObject } from "@patrix/api";
import type { RoomId, UserId } from "@patrix/identifiers";

/** Lists the rooms that are direct chats with a user, by the content of `m.direct`. What is malformed in it counts as absent. */
export function directRoomsOf(content: object, userId: UserId): RoomId[] {
  return isJsonObject(content) && Object.hasOwn(content, userId) ? roomsIn(content[userId]) : [];
}

/** Lists the users with whom a room is a direct chat; usually none or one. */
export function directUsersOf(content: object, roomId: RoomId): UserId[] {
  return Object.entries(content).flatMap(([key, rooms]: [string, unknown]) =>
    isUserId(key) && roomsIn(rooms).includes(roomId) ? [key] : [],
  );
}

/** Lists the rooms that are direct chats with anybody. */
export function allDirectRooms(content: object): RoomId[] {
  return [...new Set(Object.entries(content).flatMap(([key, rooms]: [string, unknown]) => (isUserId(key) ? roomsIn(rooms) : [])))];
}

/** Makes a content in which a room is a direct chat with a user too. */
export function withDirectRoom(content: JsonObject, userId: UserId, roomId: RoomId): JsonObject {
  const rooms = directRoomsOf(content, userId);
  return rooms.includes(roomId) ? content : { ...content, [userId]: [...rooms, roomId] };
}

/** Makes a content in which a room is a direct chat with nobody; users without any direct chat are left out. */
export function withoutDirectRoom(content: JsonObject, roomId: RoomId): JsonObject {
  const entries = Object.entries(content).flatMap(([key, value]): [string, unknown][] => {
    const rooms = roomsIn(value);
    if (!rooms.includes(roomId)) return [[key, value]];
    const rest = rooms.filter((room) => room !== roomId);
    return rest.length > 0 ? [[key, rest]] : [];
  });
  return Object.fromEntries(entries);
}

function roomsIn(value: unknown): RoomId[] {
  return Array.isArray(value) ? value.filter((id): id is RoomId => typeof id === "string" && /^!./s.test(id)) : [];
}

function isUserId(key: string): key is UserId {
  return key.startsWith("@");
}
