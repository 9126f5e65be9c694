import { strippedStateTypes } from "@patrix/events";
import { stateEvent } from "../read/state-event.ts";
import { renderStripped } from "../read/render-event.ts";
import type { LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";

/**
 * Renders the stripped state of a room for a user outside of it: what describes the room, and the membership events of
 * the user and of whoever sent that. The user's own also says its ID and when it was sent: clients date invites by it.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#stripped-state}
 */
export async function renderStrippedState(rooms: Rooms, room: LoadedRoom, userId: string): Promise<string[]> {
  const events = await Promise.all(strippedStateTypes.map((type) => stateEvent(rooms, room, type)));
  const own = await stateEvent(rooms, room, "m.room.member", userId);
  const inviter = own && own.fields.sender !== userId ? await stateEvent(rooms, room, "m.room.member", own.fields.sender) : undefined;
  const stripped = [...events, inviter].filter((event) => event !== undefined).map(renderStripped);
  return own ? [...stripped, `${own.fragment}}`] : stripped;
}
