import { RoomError } from "../errors.ts";
import type { Rooms } from "../rooms.ts";
import type { RoomState } from "../state/room-state.ts";
import { isOfType } from "../state/state-key.ts";
import { type Place, placeBefore, timelineStart } from "../timeline/place.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import type { Timelines } from "../timeline/timelines.ts";
import type { EventFilter } from "./event-filter.ts";
import type { EventInRoom } from "./visible-event.ts";
import { memberEventsIn } from "./state-event.ts";
import type { PlacedStates } from "./state-at.ts";
import type { Visibility } from "./visibility.ts";

/** What the surroundings of an event are read with. */
export interface EventContextParts {
  readonly rooms: Rooms;
  readonly timelines: Timelines;
  readonly visibility: Visibility;
  readonly states: PlacedStates;
}

/** What happened around an event, as far as a user may see it. */
export interface EventContext {
  /** The newest first. */
  readonly before: readonly StoredEvent[];
  /** The oldest first. */
  readonly after: readonly StoredEvent[];
  /** The places before the first and after the last event that was looked at. */
  readonly start: Place;
  readonly end: Place;
  /** The events of the state of the room at the last one. */
  readonly stateNids: readonly number[];
}

/**
 * Reads the events around one, at most as many as the filter says, and the state at the last of them.
 *
 * @throws {RoomError} `EVENT_NOT_FOUND` for an event that is in no timeline: nothing is around it.
 */
export async function eventContext(
  { rooms, timelines, visibility, states }: EventContextParts,
  { access: { room, upTo }, event }: EventInRoom,
  userNid: number,
  filter: EventFilter,
): Promise<EventContext> {
  const { place } = event.fields;
  if (place === null) throw new RoomError("EVENT_NOT_FOUND", `event ${event.eventId} is in no timeline`);
  const ahead = Math.floor(filter.limit / 2);
  const read = async (backward: boolean): Promise<readonly StoredEvent[]> => {
    const stretch = backward ? { after: timelineStart, upTo: placeBefore(place) } : { after: place, upTo };
    return timelines.page(room, stretch, { backward, limit: backward ? filter.limit - ahead : ahead });
  };
  const [older, newer] = [await read(true), await read(false)];
  const wanted = async (events: readonly StoredEvent[]): Promise<readonly StoredEvent[]> => {
    const seen = await visibility.filter(room, userNid, events);
    return filter.matches ? seen.filter(filter.matches) : seen;
  };
  const [before, after] = [await wanted(older), await wanted(newer)];
  const [first, last] = [older.at(-1)?.fields.place, newer.at(-1)?.fields.place];
  const state = await states.stateAt(room, after.at(-1)?.fields.place ?? place);
  const senders = new Set([event, ...before, ...after].map(({ fields }) => fields.sender));
  const stateNids = filter.lazyLoadMembers ? await withMembers(rooms, state, senders) : [...state.entries()].map(([, nid]) => nid);
  return { before, after, start: placeBefore(first ?? place), end: last ?? place, stateNids };
}

/** The events of a state, of its members only those of some users. */
async function withMembers(rooms: Rooms, state: RoomState, userIds: ReadonlySet<string>): Promise<number[]> {
  const { stateKeys, eventTypes } = rooms.core;
  const entries = [...state.entries()];
  await stateKeys.load(entries.map(([skey]) => skey));
  const memberType = await eventTypes.find("m.room.member");
  const others = entries.filter(([skey]) => !isOfType(stateKeys.peekText(skey), memberType));
  return [...others.map(([, nid]) => nid), ...(await memberEventsIn(rooms, state, userIds)).map(({ nid }) => nid)];
}
