import { requireWithin } from "../../errors.ts";
import type { Rooms } from "../rooms.ts";

/** Checks that a user may be in another room. @throws {LimitError} */
export async function requireRoomToJoin(rooms: Rooms, userNid: number, field: string): Promise<void> {
  let joined = 0;
  for (const { membership } of (await rooms.ofUser(userNid)).values()) joined += Number(membership === "join");
  requireWithin("joinedRooms", joined + 1, field);
}
