import type { JsonObject } from "@patrix/api";
import { strippedStateTypes } from "@patrix/events";
import { serverOf } from "@patrix/signatures";
import { stateEvent } from "../read/state-event.ts";
import { renderStripped } from "../read/render-event.ts";
import type { LoadedRoom, Room } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import { strippedState } from "../../store/statements/rooms.ts";

/**
 * Renders the stripped state of a room for a user outside of it: what describes the room, and the membership events of
 * the user and of whoever sent that. The user's own also says its ID and when it was sent, by which clients date invites, and so does
 * `m.room.create`, by which they date the room.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#stripped-state}
 */
export async function renderStrippedState(rooms: Rooms, room: LoadedRoom, userId: string): Promise<string[]> {
  const outside = await fromOutside(rooms, room, userId);
  if (outside) return outside.map((event) => JSON.stringify(event));
  const events = await Promise.all(strippedStateTypes.map((type) => stateEvent(rooms, room, type)));
  const own = await stateEvent(rooms, room, "m.room.member", userId);
  const inviter = own && own.fields.sender !== userId ? await stateEvent(rooms, room, "m.room.member", own.fields.sender) : undefined;
  const stripped = [...events, inviter]
    .filter((event) => event !== undefined)
    .map((event) => (event.fields.type === "m.room.create" ? `${event.fragment}}` : renderStripped(event)));
  return own ? [...stripped, `${own.fragment}}`] : stripped;
}

/** The servers of those who have sent what a room has shown of itself to a user outside of it: they were in it, whatever its ID says. */
export async function serversShownTo(rooms: Rooms, room: Pick<Room, "nid">, userId: string): Promise<string[]> {
  const shown = (await fromOutside(rooms, room, userId)) ?? [];
  return shown.map(({ sender }) => serverOf(sender)).filter((server) => server !== undefined);
}

/** What the room has shown of itself when the user was invited, or knocked, from outside: it is newer than what is known here. */
async function fromOutside({ core }: Rooms, { nid }: Pick<Room, "nid">, userId: string): Promise<readonly JsonObject[] | undefined> {
  const userNid = await core.users.find(userId);
  const row = userNid === undefined ? undefined : await core.store.get(strippedState, nid, userNid);
  // The column holds only an array of events.
  return row && (JSON.parse(row.json) as JsonObject[]);
}
