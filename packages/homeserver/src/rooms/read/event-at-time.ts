import { limits } from "../../limits.ts";
import { eventsByTimeBackward, eventsByTimeForward } from "../../store/statements/events.ts";
import { turnIfDue } from "../../turns.ts";
import type { LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import { timelineEnd, timelineStart } from "../timeline/place.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import type { Visibility } from "./visibility.ts";

/** How many events are read at once: most often the first is seen. */
const READ_AT_ONCE = 10;

/** The time that an event is looked for at, and whether it may be before that, or after. */
export interface TimeQuery {
  /** Milliseconds since the Unix epoch. */
  readonly ts: number;
  readonly backward: boolean;
}

/** Finds the event of a room that is closest to a time, of those that a user may see. */
export async function eventAtTime(
  rooms: Rooms,
  visibility: Visibility,
  room: LoadedRoom,
  { userNid, ts, backward }: TimeQuery & { readonly userNid: number },
): Promise<StoredEvent | undefined> {
  let at = { ts, place: backward ? timelineEnd : timelineStart };
  for (let looked = 0; looked < limits.eventsByTime.value;) {
    const turn = turnIfDue();
    if (turn) await turn;
    const from = at;
    const statement = backward ? eventsByTimeBackward : eventsByTimeForward;
    const read = await rooms.events.read(() => rooms.core.store.all(statement, room.nid, from.ts, from.place, READ_AT_ONCE));
    const [seen] = await visibility.filter(room, userNid, read);
    const last = read.at(-1)?.fields;
    if (seen || read.length < READ_AT_ONCE || last?.place == null) return seen;
    at = { ts: last.ts, place: last.place };
    looked += read.length;
  }
  return undefined;
}
