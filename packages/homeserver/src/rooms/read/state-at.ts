import type { LoadedRoom } from "../room.ts";
import type { StateGroups } from "../state/state-groups.ts";
import type { RoomState, StateChange } from "../state/room-state.ts";
import { isOfType } from "../state/state-key.ts";
import type { Rooms } from "../rooms.ts";
import { type Place, placeBefore, timelineEnd, timelineStart } from "../timeline/place.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import type { Timelines } from "../timeline/timelines.ts";

/** The state of rooms at places of their timelines: what the room was there, with the forks of its graph resolved. */
export class PlacedStates {
  readonly #rooms: Rooms;
  readonly #stateGroups: StateGroups;
  readonly #timelines: Timelines;

  constructor(rooms: Rooms, timelines: Timelines) {
    this.#rooms = rooms;
    this.#stateGroups = rooms.stateGroups;
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

  /**
   * Whether a row of a timeline changed the state of its room by what it says, and by nothing else. That somebody is a member of a room
   * whose members have not come, who was so before, is no change.
   */
  async changesOnlyItself(room: LoadedRoom, event: StoredEvent): Promise<boolean> {
    const { place, isForked, stateKey, nid } = event.fields;
    if (place === null || !isForked) return true;
    const before = await this.stateAt(room, placeBefore(place));
    const all = (await this.stateAt(room, place)).changesSince(before);
    const changes = this.#rooms.partial.of(room.nid) ? await this.#withoutLearned(all, before, nid) : all;
    const own = changes.filter(([, changed]) => changed === nid).length;
    return changes.length === own && own === (stateKey === undefined ? 0 : 1);
  }
  async #withoutLearned(changes: readonly StateChange[], before: RoomState, nid: number): Promise<readonly StateChange[]> {
    const { eventTypes, stateKeys } = this.#rooms.core;
    await stateKeys.load(changes.map(([skey]) => skey));
    const memberType = await eventTypes.find("m.room.member");
    return changes.filter(
      ([skey, changed]) => changed === nid || before.get(skey) !== undefined || !isOfType(stateKeys.peekText(skey), memberType),
    );
  }
}
