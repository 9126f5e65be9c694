import { redactsOf } from "@patrix/room-versions";
import { canRedact, type NamedPdu } from "@patrix/signatures";
import { powerLevels } from "../read/state-event.ts";
import type { LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import { pendingRedactionsOf } from "../../store/statements/pending-redactions.ts";
import type { Redactions } from "../write/redaction-operations.ts";
import { redactionTarget } from "../write/redaction-target.ts";

/**
 * Finds the event that a received redaction is performed on, or that it waits for that; and the redaction that has waited for a received
 * event. A redaction that may redact nothing stays in the room as it is.
 *
 * @see {@link https://spec.matrix.org/v1.19/rooms/v12/#handling-redactions}
 */
export async function receivedRedactions(
  rooms: Rooms,
  room: LoadedRoom,
  { eventId, pdu }: Pick<NamedPdu, "eventId" | "pdu">,
): Promise<Redactions> {
  const waiting = await rooms.core.store.all(pendingRedactionsOf, room.nid, eventId);
  const redactedBy = waiting.length === 0 ? undefined : await firstOf(rooms, room, { eventId, pdu }, waiting);
  const targetEventId = redactsOf(pdu, room.rules);
  if (targetEventId === undefined) return { redactedBy };
  const target = await rooms.events.byId(targetEventId);
  if (!target) return { redactedBy, awaited: targetEventId };
  if (target.fields.roomNid !== room.nid) return { redactedBy };
  const may = await mayRedact(rooms, room, { eventId, pdu }, { eventId: targetEventId, pdu: target.pdu });
  return { redactedBy, redaction: may ? redactionTarget(target) : undefined };
}

/** The first redaction among some that may redact an event. */
async function firstOf(
  rooms: Rooms,
  room: LoadedRoom,
  target: Pick<NamedPdu, "eventId" | "pdu">,
  waiting: readonly { readonly redaction_nid: number }[],
): Promise<number | undefined> {
  const nids = waiting.map(({ redaction_nid: nid }) => nid);
  const redactions = await rooms.events.load(nids);
  for (const nid of nids) {
    const redaction = redactions.get(nid);
    if (redaction && (await mayRedact(rooms, room, redaction, target))) return nid;
  }
  return undefined;
}

async function mayRedact(
  rooms: Rooms,
  room: LoadedRoom,
  redaction: Pick<NamedPdu, "eventId" | "pdu">,
  target: Pick<NamedPdu, "eventId" | "pdu">,
): Promise<boolean> {
  const { sender } = redaction.pdu;
  if (typeof sender !== "string") return false;
  const levels = await powerLevels(rooms, room);
  const attempt = {
    redaction: redaction.pdu,
    redactionEventId: redaction.eventId,
    target: target.pdu,
    targetEventId: target.eventId,
    senderPowerLevel: levels.userLevel(sender),
    redactPowerLevel: levels.level("redact"),
  };
  return canRedact(attempt, room.rules);
}
