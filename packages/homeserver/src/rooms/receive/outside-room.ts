import { getRoomVersionRules } from "@patrix/room-versions";
import { operation, type WriteOperation } from "../../store/statement.ts";
import { insertRoom } from "../../store/statements/rooms.ts";
import { RoomError } from "../errors.ts";
import { type LoadedRoom, newRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";

/** What is known of a room that this server is not in. */
export interface OutsideRoom {
  readonly roomId: string;
  readonly version: string;
  readonly creator: string;
}

/** A new room without any state, and what stores it. @throws {RoomError} `UNSUPPORTED_ROOM_VERSION`. */
export async function outsideRoom(
  rooms: Rooms,
  { roomId, version, creator }: OutsideRoom,
): Promise<{ readonly room: LoadedRoom; readonly stored: WriteOperation }> {
  const rules = getRoomVersionRules(version);
  if (!rules) throw new RoomError("UNSUPPORTED_ROOM_VERSION", `this server does not know room version ${version}`);
  const creatorNid = await rooms.core.users.intern(creator);
  const room = newRoom(rooms.number(), { id: roomId, version, rules, creatorNid });
  return { room, stored: operation(insertRoom, room.nid, room.id, version, room.shard, "[]", 0, 0, 0, creatorNid) };
}
