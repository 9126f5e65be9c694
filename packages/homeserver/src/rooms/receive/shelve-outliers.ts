import type { NamedPdu } from "@patrix/signatures";
import { nextTurn } from "../../turns.ts";
import type { RoomHandle } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import { eventStatus, type StoredEvent } from "../timeline/stored-event.ts";
import type { EventLog } from "../write/event-log.ts";
import { checkedEvents, unknownState } from "./checked-event.ts";

/** How many are stored in one commit: what they take together is a slice of time. */
const STORED_AT_ONCE = 250;

/** What does the storing, and the room that the events are of. */
export interface OutlierParts {
  readonly rooms: Rooms;
  readonly log: EventLog;
  readonly room: RoomHandle;
}

/**
 * Stores events that others name: they are in no timeline, and decide nothing by themselves. There may be very many, so that they are
 * stored in commits of their own.
 *
 * @yields Those of one commit, also those that were known before, in the order in which they are given. All are stored at the end.
 */
export async function* shelveOutliers(
  { rooms, log, room }: OutlierParts,
  pdus: readonly NamedPdu[],
  { areRejected = false }: { readonly areRejected?: boolean } = {},
): AsyncGenerator<readonly StoredEvent[]> {
  const status = areRejected ? eventStatus.rejected : eventStatus.outlier;
  let storing: Promise<void> = Promise.resolve();
  for (let i = 0; i < pdus.length; i += STORED_AT_ONCE) {
    if (i > 0) await nextTurn();
    const some = pdus.slice(i, i + STORED_AT_ONCE);
    const events = await rooms.events.loadByIds(some.map(({ eventId }) => eventId));
    const checked = await checkedEvents(
      rooms,
      some.filter(({ eventId }) => !events.has(eventId)),
      unknownState,
    );
    await storing;
    const loaded = await rooms.load(room);
    const shelved = checked.map((event) => log.shelve(loaded, event, { place: null, status, afterNid: null }));
    storing = log.commit(loaded, shelved);
    // Whoever gave up meanwhile hears of it all the same.
    storing.catch(() => {});
    for (const { event } of shelved) events.set(event.eventId, event);
    yield some.flatMap(({ eventId }) => events.get(eventId) ?? []);
  }
  await storing;
}
