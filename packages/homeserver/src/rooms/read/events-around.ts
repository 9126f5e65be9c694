import { RoomError } from "../errors.ts";
import type { Rooms } from "../rooms.ts";
import { type Place, placeBefore, timelineStart } from "../timeline/place.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import type { Timelines } from "../timeline/timelines.ts";
import type { EventInRoom } from "./visible-event.ts";
import type { Visibility } from "./visibility.ts";

/** What events around another are read with. */
export interface EventsAroundParts {
  readonly rooms: Rooms;
  readonly timelines: Timelines;
  readonly visibility: Visibility;
}

/** How many events around another are wanted, and which. */
export interface AroundOptions {
  readonly before: number;
  readonly after: number;
  /** Absent where every event passes. */
  readonly matches?: ((event: StoredEvent) => boolean) | undefined;
}

/** What happened around an event, as far as a user may see it. */
export interface EventsAround {
  /** The place of the event itself. */
  readonly place: Place;
  /** The newest first. */
  readonly before: readonly StoredEvent[];
  /** The oldest first. */
  readonly after: readonly StoredEvent[];
  /** The places before the first and after the last event that was looked at. */
  readonly start: Place;
  readonly end: Place;
}

/** Reads the events around one. @throws {RoomError} `EVENT_NOT_FOUND` for one that is in no timeline: nothing is around it. */
export async function eventsAround(
  { timelines, visibility }: EventsAroundParts,
  { access: { room, upTo }, event }: EventInRoom,
  userNid: number,
  options: AroundOptions,
): Promise<EventsAround> {
  const { place } = event.fields;
  if (place === null) throw new RoomError("EVENT_NOT_FOUND", `event ${event.eventId} is in no timeline`);
  const { matches } = options;
  const older = await timelines.page(room, { after: timelineStart, upTo: placeBefore(place) }, { backward: true, limit: options.before });
  const newer = await timelines.page(room, { after: place, upTo }, { backward: false, limit: options.after });
  const wanted = async (events: readonly StoredEvent[]): Promise<readonly StoredEvent[]> => {
    const seen = await visibility.filter(room, userNid, events);
    return matches ? seen.filter(matches) : seen;
  };
  const [before, after] = [await wanted(older), await wanted(newer)];
  return {
    place,
    before,
    after,
    start: placeBefore(older.at(-1)?.fields.place ?? place),
    end: newer.at(-1)?.fields.place ?? place,
  };
}
