import type { Rooms } from "../rooms.ts";
import type { RoomState } from "../state/room-state.ts";
import { isOfType } from "../state/state-key.ts";
import type { EventFilter } from "./event-filter.ts";
import { type EventsAround, eventsAround, type EventsAroundParts } from "./events-around.ts";
import { memberEventsIn } from "./state-event.ts";
import type { PlacedStates } from "./state-at.ts";
import type { EventInRoom } from "./visible-event.ts";

/** What the surroundings of an event are read with. */
export interface EventContextParts extends EventsAroundParts {
  readonly states: PlacedStates;
}

/** What happened around an event, as far as a user may see it. */
export interface EventContext extends EventsAround {
  /** The events of the state of the room at the last one. */
  readonly stateNids: readonly number[];
}

/**
 * Reads the events around one, at most as many as the filter says, and the state at the last of them.
 *
 * @throws {RoomError} `EVENT_NOT_FOUND` for an event that is in no timeline: nothing is around it.
 */
export async function eventContext(
  parts: EventContextParts,
  found: EventInRoom,
  userNid: number,
  filter: EventFilter,
): Promise<EventContext> {
  const { access, event } = found;
  const ahead = Math.floor(filter.limit / 2);
  const around = await eventsAround(parts, found, userNid, { before: filter.limit - ahead, after: ahead, matches: filter.matches });
  const state = await parts.states.stateAt(access.room, around.after.at(-1)?.fields.place ?? around.place);
  const senders = new Set([event, ...around.before, ...around.after].map(({ fields }) => fields.sender));
  const stateNids = filter.lazyLoadMembers ? await withMembers(parts.rooms, state, senders) : [...state.entries()].map(([, nid]) => nid);
  return { ...around, stateNids };
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
