import type { NamedPdu } from "@patrix/signatures";
import { toAuthEvent } from "@patrix/state-res";
import type { GroupedState } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import { RoomState } from "../state/room-state.ts";
import type { CheckedEvent } from "../write/event-log.ts";
import { findNames, internNames, type NamedEvent } from "../write/event-numbers.ts";

/** Stands for the state before an event of no timeline. */
export const unknownState: GroupedState = { stateNid: 0, state: RoomState.empty };

/** Brings a PDU that has passed its checks into the form in which it is stored. */
export async function checkedEvent(
  rooms: Rooms,
  { eventId, pdu }: Pick<NamedPdu, "eventId" | "pdu">,
  before: GroupedState,
): Promise<CheckedEvent> {
  const names = namesOf({ eventId, pdu });
  return { ...names, eventId, pdu, before, numbers: await internNames(rooms.core, names) };
}

/** As {@link checkedEvent}, for many. */
export async function checkedEvents(rooms: Rooms, pdus: readonly NamedPdu[], before: GroupedState): Promise<CheckedEvent[]> {
  await findNames(rooms.core, pdus.map(namesOf));
  const checked: CheckedEvent[] = [];
  for (const pdu of pdus) checked.push(await checkedEvent(rooms, pdu, before));
  return checked;
}

function namesOf(event: Pick<NamedPdu, "eventId" | "pdu">): NamedEvent {
  const { type, state_key: stateKey, sender } = toAuthEvent(event);
  return { type, stateKey, sender };
}
