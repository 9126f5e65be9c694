import type { Rooms } from "../rooms/rooms.ts";
import type { StoredEvent } from "../rooms/timeline/stored-event.ts";
import { turnIfDue } from "../turns.ts";

/** How many events are looked up at once. */
const READ_AT_ONCE = 200;

/** All events that authorise some others, directly or not, without those themselves unless they authorise one another. */
export async function authChain(rooms: Rooms, of: readonly StoredEvent[]): Promise<StoredEvent[]> {
  const chain = new Map<string, StoredEvent>();
  const own = new Map(of.map((event) => [event.eventId, event]));
  let wanted = new Set(of.flatMap(({ authEvent }) => authEvent.auth_events));
  while (wanted.size > 0) {
    const next = new Set<string>();
    const note = (event: StoredEvent): void => {
      chain.set(event.eventId, event);
      for (const eventId of event.authEvent.auth_events) if (!chain.has(eventId) && !wanted.has(eventId)) next.add(eventId);
    };
    const missing: string[] = [];
    for (const eventId of wanted) {
      const known = own.get(eventId);
      if (known) note(known);
      else missing.push(eventId);
    }
    for (let i = 0; i < missing.length; i += READ_AT_ONCE) {
      const turn = turnIfDue();
      if (turn) await turn;
      for (const event of (await rooms.events.loadByIds(missing.slice(i, i + READ_AT_ONCE))).values()) note(event);
    }
    wanted = next;
  }
  return [...chain.values()];
}
