import { powerLevels } from "../read/state-event.ts";
import { RoomError } from "../errors.ts";
import { hasJoined } from "../read/joined-servers.ts";
import type { LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import { type EventRelation, eventRelation } from "../timeline/event-relation.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";

/** An event that a redaction applies to. */
export interface RedactionTarget {
  readonly nid: number;
  /** The relation that it loses. */
  readonly relation: EventRelation | undefined;
}

/** What a redaction of an event has to know of it. */
export function redactionTarget({ nid, fields, content }: StoredEvent): RedactionTarget {
  return { nid, relation: eventRelation(fields.type, content) };
}

/** State without whose content a room is no longer the same: which version it has, who may take part, that it is encrypted. */
const lasting: ReadonlySet<string> = new Set(["m.room.create", "m.room.server_acl", "m.room.encryption"]);

/**
 * Finds the event that a local user may redact: one's own, or any if the power level allows it. In a room with users of other servers an
 * event may be there that this one has not got: its redaction goes to those who have it.
 *
 * @returns Nothing for such an event.
 * @throws {RoomError} `EVENT_NOT_FOUND` if the room has no such event, `FORBIDDEN` if the sender may not redact it.
 */
export async function applicableRedaction(
  rooms: Rooms,
  room: LoadedRoom,
  sender: string,
  eventId: string,
): Promise<RedactionTarget | undefined> {
  const target = await rooms.events.byId(eventId);
  if (!target && (await hasJoined(rooms, room, "elsewhere"))) return undefined;
  if (!target || target.fields.roomNid !== room.nid) throw new RoomError("EVENT_NOT_FOUND", `the room has no event ${eventId}`);
  if (target.fields.stateKey === "" && lasting.has(target.fields.type))
    throw new RoomError("FORBIDDEN", `an ${target.fields.type} cannot be redacted: the room would break`);
  const levels = await powerLevels(rooms, room);
  if (!levels.can.redact(sender, target.fields.sender))
    throw new RoomError("FORBIDDEN", "redacting events of others needs the power level redact");
  return redactionTarget(target);
}
