import { letsGuestsIn } from "../read/guest-access.ts";
import { joinedUsers } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import type { Members } from "./members.ts";

/** Makes guests leave rooms whose events have just ended their access; for a reader of the log. */
export function guestRemover(
  rooms: Rooms,
  members: Members,
  isGuest: (userNid: number) => Promise<boolean>,
): (events: readonly StoredEvent[]) => Promise<readonly []> {
  return async (events) => {
    // A redaction can take the permission away as well.
    const touched = events.filter(({ fields }) => fields.type === "m.room.guest_access" || fields.type === "m.room.redaction");
    for (const roomNid of new Set(touched.map(({ fields }) => fields.roomNid))) {
      const room = await rooms.load({ nid: roomNid });
      if (await letsGuestsIn(rooms, room)) continue;
      const joined = [...joinedUsers(room.view)];
      for (const userNid of joined) if (await isGuest(userNid)) await members.leave(room, await rooms.core.users.text(userNid));
    }
    return [];
  };
}
