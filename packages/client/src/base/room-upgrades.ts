import { isRoomId, type RoomId } from "@patrix/identifiers";
import { type RoomData, stateContent, textOf } from "./room-data.ts";

/** The room that replaces a room since an upgrade, as its tombstone says. */
export function successorOf(room: RoomData): RoomId | undefined {
  return toRoomId(textOf(stateContent(room, "m.room.tombstone"), "replacement_room"));
}

/** The room that a room replaces, as its creation says. */
export function predecessorOf(room: RoomData): RoomId | undefined {
  return toRoomId(textOf(stateContent(room, "m.room.create")?.["predecessor"], "room_id"));
}

/**
 * Whether the user is in a room and in what replaces it, too. Both rooms have to say so, since either can claim anything; of rooms that
 * replace one another in a circle none is replaced, so that no room gets lost.
 */
export function isReplaced(room: RoomData, rooms: ReadonlyMap<RoomId, RoomData>): boolean {
  const passed = new Set<RoomId>();
  for (let next = joinedSuccessor(room, rooms); next; next = joinedSuccessor(next, rooms)) {
    if (next.id === room.id) return false;
    // A circle further on is not this room's matter.
    if (passed.has(next.id)) break;
    passed.add(next.id);
  }
  return room.membership === "join" && passed.size > 0;
}

function joinedSuccessor(room: RoomData, rooms: ReadonlyMap<RoomId, RoomData>): RoomData | undefined {
  const id = successorOf(room);
  const successor = id === undefined ? undefined : rooms.get(id);
  return successor?.membership === "join" && predecessorOf(successor) === room.id ? successor : undefined;
}

function toRoomId(id: string | undefined): RoomId | undefined {
  return id !== undefined && isRoomId(id) ? id : undefined;
}
