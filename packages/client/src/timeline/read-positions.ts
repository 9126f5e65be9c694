import type { ClientEventWithoutRoomId } from "@patrix/events";
import type { UserId } from "@patrix/identifiers";
import type { RoomData } from "../base/room-data.ts";

/** How far users have read, as places in a timeline. */
export interface ReadPositions {
  /** Others, by the place of the shown event up to which they have read. */
  readonly readersAt: ReadonlyMap<number, readonly UserId[]>;
  /** The place of the event up to which the user has read everything; `undefined` if it is not there. */
  readonly ownAt: number | undefined;
}

/** What {@link readPositions} looks at. */
export interface ReadEvents {
  /** Oldest first. */
  readonly events: readonly ClientEventWithoutRoomId[];
  /** Places of the events that are shown, in order. */
  readonly shown: readonly number[];
  readonly ownUserId: UserId;
}

/** Finds out who has read how far: by receipts, and by what somebody has sent. */
export function readPositions(
  data: Pick<RoomData, "receipts" | "accountData" | "ownReceipt">,
  { events, shown, ownUserId }: ReadEvents,
): ReadPositions {
  const places = new Map<string, number>();
  const lastSent = new Map<UserId, number>();
  for (const [place, { event_id, sender }] of events.entries()) {
    places.set(event_id, place);
    lastSent.set(sender, place);
  }
  const readersAt = new Map<number, UserId[]>();
  for (const [userId, { eventId }] of data.receipts) {
    const read = Math.max(places.get(eventId) ?? -1, lastSent.get(userId) ?? -1);
    const at = shown.findLast((place) => place <= read);
    // Whoever has sent it has read it.
    if (at === undefined || userId === ownUserId || events[at]?.sender === userId) continue;
    const readers = readersAt.get(at);
    if (readers) readers.push(userId);
    else readersAt.set(at, [userId]);
  }
  const marker = data.accountData["m.fully_read"]?.["event_id"];
  const upTo = typeof marker === "string" ? marker : data.ownReceipt?.eventId;
  return { readersAt, ownAt: upTo === undefined ? undefined : places.get(upTo) };
}
