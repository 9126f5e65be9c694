import { RoomError } from "../errors.ts";
import { stateEvent } from "./current-state.ts";
import type { LoadedRoom } from "../room.ts";
import type { RoomState } from "../state/room-state.ts";
import type { Rooms } from "../rooms.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import type { Timelines } from "../timeline/timelines.ts";

/** How many memberships of a user are looked through for the last one of a member. */
const MAX_MEMBERSHIPS = 100;

/** What a user may read of a room: up to where, and the state there. */
export interface RoomAccess {
  readonly room: LoadedRoom;
  /** Position of the newest event that the user may read. */
  readonly upTo: number;
  readonly state: RoomState;
}

/** Decides what a local user may read of rooms. */
export class RoomReader {
  readonly #rooms: Rooms;
  readonly #timelines: Timelines;

  constructor(rooms: Rooms, timelines: Timelines) {
    this.#rooms = rooms;
    this.#timelines = timelines;
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
    const present: RoomAccess = { room, upTo: view.lastPos, state: view.state };
    const own = view.members.get(userNid);
    if (own?.membership === "join") return present;
    const visibility = (await stateEvent(this.#rooms, room, "m.room.history_visibility"))?.content["history_visibility"];
    if (visibility === "world_readable") return present;
    const forgotten = (await this.#rooms.ofUser(userNid)).get(room.nid)?.forgotten ?? false;
    const event = own && !forgotten ? await this.#departure(own.eventNid) : undefined;
    if (!event) throw new RoomError("FORBIDDEN", "you are not in the room");
    return { room, upTo: event.nid, state: await this.#stateAfter(room, event) };
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

  /** The event by which a user last left the room; invites, bans and the like may have followed it. */
  async #departure(memberNid: number): Promise<StoredEvent | undefined> {
    let event = await this.#rooms.events.get(memberNid);
    for (let steps = 0; event && steps < MAX_MEMBERSHIPS; steps++) {
      const { replacesNid } = event.fields;
      const before = replacesNid === null ? undefined : await this.#rooms.events.get(replacesNid);
      if (before?.content["membership"] === "join") return event;
      event = before;
    }
    return undefined;
  }

  async #stateAfter(room: LoadedRoom, event: StoredEvent): Promise<RoomState> {
    const [next] = await this.#timelines.forward(room.nid, event.nid, Number.MAX_SAFE_INTEGER, 1);
    return next ? this.#rooms.stateGroups.load(next.fields.stateNid) : room.view.state;
  }
}
