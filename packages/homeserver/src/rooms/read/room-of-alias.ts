import { aliasRoom } from "../../store/statements/rooms.ts";
import type { Room } from "../room.ts";
import type { Rooms } from "../rooms.ts";

/** Finds the room that an alias leads to; `undefined` if there is none. */
export async function roomOfAlias(rooms: Rooms, alias: string): Promise<Room | undefined> {
  const row = await rooms.core.store.get(aliasRoom, alias);
  return row && rooms.byNid(row.room_nid);
}
