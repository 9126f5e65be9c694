import { powerLevels } from "../read/state-event.ts";
import { RoomError } from "../errors.ts";
import type { LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";

/** An event that a redaction applies to. */
export interface RedactionTarget {
  readonly nid: number;
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
  if (!levels.can.redact(sender, target.fields.sender))
    throw new RoomError("FORBIDDEN", "redacting events of others needs the power level redact");
  return { nid: target.nid };
}
