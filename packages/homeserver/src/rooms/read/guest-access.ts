import { stateEvent } from "./state-event.ts";
import type { LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";

/**
 * Whether guests may be in a room: only where its `m.room.guest_access` says so.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#guest-access}
 */
export async function letsGuestsIn(rooms: Rooms, room: LoadedRoom): Promise<boolean> {
  return (await stateEvent(rooms, room, "m.room.guest_access"))?.content["guest_access"] === "can_join";
}
