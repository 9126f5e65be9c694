import { redactsOf } from "@patrix/room-versions";
import { canRedact, type NamedPdu } from "@patrix/signatures";
import { powerLevels } from "../read/state-event.ts";
import type { LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import { type RedactionTarget, redactionTarget } from "../write/redaction-target.ts";

/**
 * Finds the event that a received redaction is performed on; `undefined` where it redacts nothing, or may not. The redaction
 * itself stays in the room either way.
 *
 * @see {@link https://spec.matrix.org/v1.19/rooms/v12/#handling-redactions}
 */
export async function receivedRedaction(rooms: Rooms, room: LoadedRoom, { eventId, pdu }: NamedPdu): Promise<RedactionTarget | undefined> {
  const targetEventId = redactsOf(pdu, room.rules);
  const target = targetEventId === undefined ? undefined : await rooms.events.byId(targetEventId);
  const { sender } = pdu;
  if (!target || targetEventId === undefined || target.fields.roomNid !== room.nid || typeof sender !== "string") return undefined;
  const levels = await powerLevels(rooms, room);
  const attempt = {
    redaction: pdu,
    redactionEventId: eventId,
    target: target.pdu,
    targetEventId,
    senderPowerLevel: levels.userLevel(sender),
    redactPowerLevel: levels.level("redact"),
  };
  return canRedact(attempt, room.rules) ? redactionTarget(target) : undefined;
}
