import { RoomError } from "../errors.ts";
import { stateEvent } from "./state-event.ts";
import type { LoadedRoom } from "../room.ts";
import type { RoomState } from "../state/room-state.ts";
import type { Rooms } from "../rooms.ts";
import { type Place, placeAfter } from "../timeline/place.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import type { PlacedStates } from "./state-at.ts";

/** What a user may read of a room: up to where, and the state there. */
export interface RoomAccess {
  readonly room: LoadedRoom;
  /** The place after the newest event that the user may read. */
  readonly upTo: Place;
  readonly state: RoomState;
}

/** Decides what a local user may read of rooms. */
export class RoomReader {
  readonly #rooms: Rooms;
  readonly #states: PlacedStates;

  constructor(rooms: Rooms, states: PlacedStates) {
    this.#rooms = rooms;
    this.#states = states;
  }

  /**
   * Opens a room for reading: the present for members and for anyone where history is world readable, the moment of
   * leaving for those who have left.
   *
   * @throws {RoomError} `FORBIDDEN` if the user never was in the room; rooms that do not exist look the same.
   */
  async access(roomId: string, userNid: number): Promise<RoomAccess> {
    const known = this.#rooms.find(roomId);
    if (!known) throw new RoomError("FORBIDDEN", "you are not in the room");
    const room = await this.#rooms.load(known);
    const { view } = room;
    const present: RoomAccess = { room, upTo: view.end, state: view.state };
    const own = view.members.get(userNid);
    if (own?.membership === "join") return present;
    const visibility = (await stateEvent(this.#rooms, room, "m.room.history_visibility"))?.content["history_visibility"];
    if (visibility === "world_readable") return present;
    const forgotten = (await this.#rooms.ofUser(userNid)).get(room.nid)?.forgotten ?? false;
    if (own?.leftPos === undefined || forgotten) throw new RoomError("FORBIDDEN", "you are not in the room");
    // Invites, bans and the like may have followed.
    const upTo = placeAfter(own.leftPos);
    return { room, upTo, state: await this.#states.stateAt(room, upTo) };
  }

  /**
   * As {@link RoomReader.access}, once all members of the room are known.
   *
   * @throws {RoomError} `FORBIDDEN`, or `OVERLOADED` where the members do not come in time.
   */
  async whole(roomId: string, userNid: number): Promise<RoomAccess> {
    const access = await this.access(roomId, userNid);
    if (!this.#rooms.partial.of(access.room.nid)) return access;
    await this.#rooms.partial.requireWhole(access.room.nid);
    return this.access(roomId, userNid);
  }

  /** As {@link RoomReader.access}, and `undefined` where the user may not read the room. */
  async accessIfAllowed(roomId: string, userNid: number): Promise<RoomAccess | undefined> {
    try {
      return await this.access(roomId, userNid);
    } catch (error) {
      if (error instanceof RoomError && error.code === "FORBIDDEN") return undefined;
      throw error;
    }
  }

  /** Opens the present of a room, for members and where history is world readable. @throws {RoomError} `FORBIDDEN` otherwise. */
  async present(roomId: string, userNid: number): Promise<LoadedRoom> {
    const { room, upTo } = await this.access(roomId, userNid);
    if (upTo !== room.view.end) throw new RoomError("FORBIDDEN", "you are not in the room");
    return room;
  }

  /** Opens a room for a member. @throws {RoomError} `FORBIDDEN` if the user is not joined. */
  async joined(roomId: string, userNid: number): Promise<LoadedRoom> {
    const { room } = await this.access(roomId, userNid);
    if (room.view.members.get(userNid)?.membership !== "join") throw new RoomError("FORBIDDEN", "you are not joined to the room");
    return room;
  }

  /** Loads the events of a state, in the order in which they were sent. */
  async stateEvents(state: RoomState): Promise<StoredEvent[]> {
    const nids = [...state.entries()].map(([, nid]) => nid).toSorted((a, b) => a - b);
    const loaded = await this.#rooms.events.load(nids);
    return nids.flatMap((nid) => loaded.get(nid) ?? []);
  }
}
