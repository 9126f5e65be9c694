import { isCovered, type PositionVector } from "../../log/position.ts";
import type { PlacedStates } from "../../rooms/read/state-at.ts";
import { eventsInOrder, membershipIn } from "../../rooms/read/state-event.ts";
import type { LoadedRoom, Membership } from "../../rooms/room.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import type { RoomState, StateChange } from "../../rooms/state/room-state.ts";
import { type Place, placeAfter, placeAtCut } from "../../rooms/timeline/place.ts";
import type { StoredEvent } from "../../rooms/timeline/stored-event.ts";
import type { SyncDevice } from "./sync-sources.ts";

/** A place in the timeline of a room with the state there. */
export interface PlacedState {
  readonly place: Place;
  readonly state: RoomState;
}

/** The stretch of a room's timeline that a sync shows, with the state at both ends. */
export interface RoomSpan {
  /** The client knows the room up to here; `undefined` if it does not know the room. */
  readonly known: PlacedState | undefined;
  readonly end: PlacedState;
}

/** Between which cuts a device asks. */
export interface AskedSpan {
  readonly device: SyncDevice;
  readonly since: PositionVector | undefined;
  readonly now: PositionVector;
  /** Whether the client does without members that it does not need; such a one is told of rooms whose members have not come. */
  readonly isLazy?: boolean | undefined;
}

/** Works out what of a room a client knows, and what it is to know. */
export class RoomSpans {
  readonly #rooms: Rooms;
  readonly #states: PlacedStates;

  constructor(rooms: Rooms, states: PlacedStates) {
    this.#rooms = rooms;
    this.#states = states;
  }

  /** The span of a room that the user is joined to. */
  async joined(room: LoadedRoom, membership: Membership, { since, now, device, isLazy = false }: AskedSpan): Promise<RoomSpan> {
    const end = await this.#placed(room, placeAtCut(now, room.shard));
    const completion = since && this.#rooms.partial.completedBetween(room.nid, since);
    // Whoever loads all members was not told of the room before.
    if (!since || (completion && (!isLazy || completion.hasChanged))) return { known: undefined, end };
    const before = placeAtCut(since, room.shard);
    if (isCovered(since, membership.pos)) return { known: await this.#placed(room, before), end };
    return { known: await this.#knownIfJoined(room, before, device), end };
  }

  /** The span of a room that the user has left: up to the leave. */
  async left(room: LoadedRoom, membership: Membership, { since, device }: Omit<AskedSpan, "now">): Promise<RoomSpan> {
    const end = await this.#placed(room, placeAfter(membership.pos));
    return { known: since && (await this.#knownIfJoined(room, placeAtCut(since, room.shard), device)), end };
  }

  /** The members who came, went or changed in a span. */
  async changedMembers({ known, end }: RoomSpan): Promise<StoredEvent[]> {
    const changed = known && known.state !== end.state ? presentEvents(end.state.changesSince(known.state)) : [];
    return (await eventsInOrder(this.#rooms, changed)).filter((event) => event.fields.type === "m.room.member");
  }

  /**
   * Where the members of a room came after a cut: those of whom a client may have been told something else up to then. What became known
   * with the others, and has no place in the timeline, is nothing that it was told.
   */
  async correctedMembers({ nid, view }: LoadedRoom, since: PositionVector | undefined): Promise<number[]> {
    const completion = since && this.#rooms.partial.completedBetween(nid, since);
    if (!completion) return [];
    const changed = [...view.members].filter(([, { pos }]) => !isCovered(since, pos));
    const events = await this.#rooms.events.load(changed.flatMap(([, { pos, eventNid }]) => (pos === completion.pos ? [] : eventNid)));
    return changed.flatMap(([userNid, { pos, eventNid }]) =>
      pos === completion.pos || events.get(eventNid)?.fields.place != null ? userNid : [],
    );
  }

  async #placed(room: LoadedRoom, place: Place): Promise<PlacedState> {
    return { place, state: await this.#states.stateAt(room, place) };
  }

  /** What a client knows of a room at a place, which is nothing unless the user was joined then. */
  async #knownIfJoined(room: LoadedRoom, place: Place, { userId }: SyncDevice): Promise<RoomSpan["known"]> {
    const known = await this.#placed(room, place);
    return (await membershipIn(this.#rooms, known.state, userId)) === "join" ? known : undefined;
  }
}

/** The events of changes; entries that went away have none. */
export function presentEvents(changes: readonly StateChange[]): number[] {
  return changes.flatMap(([, nid]) => (nid === 0 ? [] : nid));
}
