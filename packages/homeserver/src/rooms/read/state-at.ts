import type { LoadedRoom } from "../room.ts";
import type { StateGroups } from "../state/state-groups.ts";
import type { RoomState } from "../state/room-state.ts";
import { type Place, placeBefore, timelineEnd, timelineStart } from "../timeline/place.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import type { Timelines } from "../timeline/timelines.ts";

/** The state of rooms at places of their timelines: what the room was there, with the forks of its graph resolved. */
export class PlacedStates {
  readonly #stateGroups: StateGroups;
  readonly #timelines: Timelines;

  constructor(stateGroups: StateGroups, timelines: Timelines) {
    this.#stateGroups = stateGroups;
    this.#timelines = timelines;
  }

  /** The state of a room at a place; before the first event that is stored, the state that it was sent in. */
  async stateAt(room: LoadedRoom, place: Place): Promise<RoomState> {
    if (room.view.end <= place) return room.view.state;
    const last = await this.#timelines.lastUpTo(room, place);
    if (last?.fields.afterNid != null) return this.#stateGroups.load(last.fields.afterNid);
    const [next] = await this.#timelines.forward(room, { after: place, upTo: timelineEnd }, 1);
    return next ? this.#stateGroups.load(next.fields.stateNid) : room.view.state;
  }

  /**
   * The state of a room at a place, and for one before its beginning the state in which it was made: by then its creator is
   * in, whom a client would otherwise miss.
   */
  async stateFromBeginning(room: LoadedRoom, place: Place): Promise<RoomState> {
    const state = await this.stateAt(room, place);
    if (state.size > 0) return state;
    const [, creatorJoins] = await this.#timelines.forward(room, { after: timelineStart, upTo: timelineEnd }, 2);
    return creatorJoins?.fields.place == null ? state : this.stateAt(room, creatorJoins.fields.place);
  }

  /** The state of a room right before an event of its timeline. */
  async stateBefore(room: LoadedRoom, event: StoredEvent): Promise<RoomState> {
    const { place, isForked, stateNid } = event.fields;
    // An event that follows straight was sent in the state that the room had.
    if (place === null || !isForked) return this.#stateGroups.load(stateNid);
    return this.stateAt(room, placeBefore(place));
  }

  /** Whether a row of a timeline changed the state of its room by what it says, and by nothing else. */
  async changesOnlyItself(room: LoadedRoom, event: StoredEvent): Promise<boolean> {
    const { place, isForked, stateKey, nid } = event.fields;
    if (place === null || !isForked) return true;
    const changes = (await this.stateAt(room, place)).changesSince(await this.stateAt(room, placeBefore(place)));
    const own = changes.filter(([, changed]) => changed === nid).length;
    return changes.length === own && own === (stateKey === undefined ? 0 : 1);
  }
}
