import { PowerLevels } from "@patrix/room-versions";
import type { LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import type { RoomState } from "../state/room-state.ts";
import { findStateKey, isOfType } from "../state/state-key.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";

/** Reads the event of a key in a state. */
export async function eventIn(rooms: Rooms, state: RoomState, type: string, stateKey = ""): Promise<StoredEvent | undefined> {
  const skey = await findStateKey(rooms.core, type, stateKey);
  const nid = skey === undefined ? undefined : state.get(skey);
  return nid === undefined ? undefined : rooms.events.get(nid);
}

/** Reads the event of a key in the visible state of a room. */
export function stateEvent(rooms: Rooms, room: LoadedRoom, type: string, stateKey = ""): Promise<StoredEvent | undefined> {
  return eventIn(rooms, room.view.state, type, stateKey);
}

/** Reads the membership of a user in a state; `undefined` where there is none. */
export async function membershipIn(rooms: Rooms, state: RoomState, userId: string): Promise<unknown> {
  return (await eventIn(rooms, state, "m.room.member", userId))?.content["membership"];
}

/** Reads the member events of some users in a state, in the order in which they were sent. */
export async function memberEventsIn(rooms: Rooms, state: RoomState, userIds: Iterable<string>): Promise<StoredEvent[]> {
  const skeys = await Promise.all([...userIds].map((userId) => findStateKey(rooms.core, "m.room.member", userId)));
  return eventsInOrder(
    rooms,
    skeys.flatMap((skey) => (skey === undefined ? [] : (state.get(skey) ?? []))),
  );
}

/** Reads the events of a type in a state, whatever their keys, in the order in which they came. */
export async function eventsOfType(rooms: Rooms, state: RoomState, type: string): Promise<StoredEvent[]> {
  const { eventTypes, stateKeys } = rooms.core;
  const typeNid = await eventTypes.find(type);
  const entries = [...state.entries()];
  await stateKeys.load(entries.map(([skey]) => skey));
  const nids = entries.filter(([skey]) => isOfType(stateKeys.peekText(skey), typeNid)).map(([, nid]) => nid);
  return eventsInOrder(rooms, nids);
}

/** Loads events in the order in which they came. */
export async function eventsInOrder(rooms: Rooms, nids: readonly number[]): Promise<StoredEvent[]> {
  const loaded = await rooms.events.load(nids);
  return nids.toSorted((a, b) => a - b).flatMap((nid) => loaded.get(nid) ?? []);
}

/** Reads the power levels of the room's current state. */
export async function powerLevels(rooms: Rooms, room: LoadedRoom): Promise<PowerLevels> {
  const levels = await stateEvent(rooms, room, "m.room.power_levels");
  const create = await stateEvent(rooms, room, "m.room.create");
  return new PowerLevels(levels?.authEvent, create?.authEvent, room.rules);
}
