import { RoomError } from "../errors.ts";
import type { Rooms } from "../rooms.ts";
import type { Members } from "./members.ts";

/** Makes a user leave every room that the user is in, is invited to or knocks on. */
export async function leaveEverywhere(
  rooms: Rooms,
  members: Pick<Members, "leave">,
  user: { userNid: number; userId: string },
): Promise<void> {
  for (const [roomNid, { membership }] of await rooms.ofUser(user.userNid)) {
    const room = rooms.byNid(roomNid);
    if (!room || !["join", "invite", "knock"].includes(membership)) continue;
    try {
      await members.leave(room, user.userId);
    } catch (error) {
      // A room that refuses keeps its member; the others are left all the same.
      if (!(error instanceof RoomError)) throw error;
    }
  }
}
