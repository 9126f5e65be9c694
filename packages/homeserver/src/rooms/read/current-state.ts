import { PowerLevels } from "@patrix/room-versions";
import type { LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import { findStateKey } from "../state/state-key.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";

/** Reads the state event of a key in the visible state of a room. */
export async function stateEvent(rooms: Rooms, room: LoadedRoom, type: string, stateKey = ""): Promise<StoredEvent | undefined> {
  const skey = await findStateKey(rooms.core, type, stateKey);
  const nid = skey === undefined ? undefined : room.view.state.get(skey);
  return nid === undefined ? undefined : rooms.events.get(nid);
}

/** Reads the power levels of the room's current state. */
export async function powerLevels(rooms: Rooms, room: LoadedRoom): Promise<PowerLevels> {
  const levels = await stateEvent(rooms, room, "m.room.power_levels");
  const create = await stateEvent(rooms, room, "m.room.create");
  return new PowerLevels(levels?.authEvent, create?.authEvent, room.rules);
}
