import { PowerLevelsReader } from "@patrix/state-res";
import { parseUserId } from "@patrix/identifiers";
import { RoomError } from "./errors.ts";
import type { LoadedRoom } from "./room.ts";
import type { Rooms } from "./rooms.ts";
import { findStateKey } from "./state-key.ts";
import type { StoredEvent } from "./stored-event.ts";

/** An event that a redaction applies to. */
export interface RedactionTarget {
  readonly nid: number;
}

/** Reads the state event of a key in the visible state of a room. */
export async function stateEvent(rooms: Rooms, room: LoadedRoom, type: string, stateKey = ""): Promise<StoredEvent | undefined> {
  const skey = await findStateKey(rooms.core, type, stateKey);
  const nid = skey === undefined ? undefined : room.view.state.get(skey);
  return nid === undefined ? undefined : rooms.events.get(nid);
}

/** Reads the power levels of the room's current state. */
export async function powerLevels(rooms: Rooms, room: LoadedRoom): Promise<PowerLevelsReader> {
  const levels = await stateEvent(rooms, room, "m.room.power_levels");
  const create = await stateEvent(rooms, room, "m.room.create");
  return new PowerLevelsReader(levels?.authEvent, create?.authEvent, room.rules);
}

/**
 * Finds the event that a local user may redact: one's own, or any if the power level allows it.
 *
 * @throws {RoomError} `EVENT_NOT_FOUND` if the room has no such event, `FORBIDDEN` if the sender may not redact it.
 */
export async function applicableRedaction(rooms: Rooms, room: LoadedRoom, sender: string, eventId: string): Promise<RedactionTarget> {
  const target = await rooms.events.byId(eventId);
  if (!target || target.fields.roomNid !== room.nid) throw new RoomError("EVENT_NOT_FOUND", `the room has no event ${eventId}`);
  const levels = await powerLevels(rooms, room);
  const isSameServer = parseUserId(target.fields.sender).serverName === parseUserId(sender).serverName;
  const mayRedact = levels.userLevel(sender) >= levels.level("redact") || (isSameServer && target.fields.sender === sender);
  if (!mayRedact) throw new RoomError("FORBIDDEN", "redacting events of others needs the power level redact");
  return { nid: target.nid };
}
