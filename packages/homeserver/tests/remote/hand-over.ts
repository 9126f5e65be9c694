// What one server tells another of a room.
import { fromFederation, type NamedPdu } from "@patrix/signatures";
import type { RoomParts } from "../../src/rooms/open-rooms.ts";
import type { StoredEvent } from "../../src/rooms/timeline/stored-event.ts";

/** An event as another server is told of it. */
export const named = (event: StoredEvent): NamedPdu => fromFederation(event.pdu, event.rules);

/** Everything that authorises some events, those first that the others name. */
export async function authChain({ rooms }: Pick<RoomParts, "rooms">, of: readonly StoredEvent[]): Promise<StoredEvent[]> {
  const chain = new Map<string, StoredEvent>();
  const visit = async (event: StoredEvent): Promise<void> => {
    for (const before of (await rooms.events.loadByIds(event.authEvent.auth_events)).values()) {
      if (chain.has(before.eventId)) continue;
      await visit(before);
      chain.set(before.eventId, before);
    }
  };
  for (const event of of) await visit(event);
  return [...chain.values()];
}
