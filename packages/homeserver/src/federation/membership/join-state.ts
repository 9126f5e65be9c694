import type { LoadedRoom } from "../../rooms/room.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import { summaryAt } from "../../rooms/read/room-summary.ts";
import { eventsInOrder, memberEventsIn } from "../../rooms/read/state-event.ts";
import type { RoomState } from "../../rooms/state/room-state.ts";
import { isOfType } from "../../rooms/state/state-key.ts";
import { type Place, placeBefore, timelineStart } from "../../rooms/timeline/place.ts";
import type { StoredEvent } from "../../rooms/timeline/stored-event.ts";
import { authChain } from "../auth-chains.ts";
import type { StateWithAuth } from "../history/room-answers.ts";

/**
 * The state before a join for a server that gets the members of the room afterwards: without memberships, but those by which the room is
 * named where it has no name, and those that authorise the join. The auth chain has what is not in the state.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#put_matrixfederationv2send_joinroomideventid}
 */
export async function stateWithoutMembers(
  rooms: Rooms,
  room: LoadedRoom,
  { join, state }: { readonly join: StoredEvent; readonly state: RoomState },
): Promise<StateWithAuth> {
  const { core } = rooms;
  const memberType = await core.eventTypes.find("m.room.member");
  const entries = [...state.entries()];
  await core.stateKeys.load(entries.map(([skey]) => skey));
  const others = entries.filter(([skey]) => !isOfType(core.stateKeys.peekText(skey), memberType));
  const place: Place = join.fields.place === null ? timelineStart : placeBefore(join.fields.place);
  const { heroes = [] } = await summaryAt(rooms, room, { place, state }, join.fields.senderNid);
  const authorising = [...(await rooms.events.loadByIds(join.authEvent.auth_events)).values()];
  const named = [...heroes, ...authorising.flatMap(({ fields }) => (fields.type === "m.room.member" ? (fields.stateKey ?? []) : []))];
  const members = await memberEventsIn(rooms, state, new Set(named));
  const told = [
    ...(await eventsInOrder(
      rooms,
      others.map(([, nid]) => nid),
    )),
    ...members,
  ];
  const isTold = new Set(told.map(({ eventId }) => eventId));
  const chain = await authChain(rooms, [...told, join]);
  return { state: told, authChain: chain.filter(({ eventId }) => !isTold.has(eventId) && eventId !== join.eventId) };
}
