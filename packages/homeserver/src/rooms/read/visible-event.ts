import { RoomError } from "../errors.ts";
import type { Rooms } from "../rooms.ts";
import { eventStatus, type StoredEvent } from "../timeline/stored-event.ts";
import type { RoomAccess, RoomReader } from "./room-reader.ts";
import type { Visibility } from "./visibility.ts";

/** What events are looked up with. */
export interface VisibleEventParts {
  readonly rooms: Rooms;
  readonly reader: RoomReader;
  readonly visibility: Visibility;
}

/** An event that a user may see, with what they may read of its room. */
export interface EventInRoom {
  readonly access: RoomAccess;
  readonly event: StoredEvent;
}

/**
 * Finds an event of a room for a user. Whoever may not read the room learns nothing of it, not even whether it has the event.
 *
 * @throws {RoomError} `EVENT_NOT_FOUND`.
 */
export async function visibleEvent(
  { rooms, reader, visibility }: VisibleEventParts,
  path: { readonly roomId: string; readonly eventId: string },
  userNid: number,
): Promise<EventInRoom> {
  const access = await reader.accessIfAllowed(path.roomId, userNid);
  const event = access && (await rooms.events.byId(path.eventId));
  // What the rules do not allow is shown to nobody, though others refer to it.
  const isShown = event?.fields.status === eventStatus.accepted || event?.fields.status === eventStatus.outlier;
  if (!event || !isShown || event.fields.roomNid !== access.room.nid || !(await visibility.canSee(access.room, userNid, event)))
    throw new RoomError("EVENT_NOT_FOUND", `the room has no event ${path.eventId} that you may see`);
  return { access, event };
}
