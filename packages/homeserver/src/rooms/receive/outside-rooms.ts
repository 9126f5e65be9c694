import { KeyedQueue } from "@patrix/concurrency";
import type { LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import type { EventLog } from "../write/event-log.ts";
import { type AdoptedRoom, adoptRoom, roomToAdopt } from "./adopt-room.ts";
import type { EventReceiver } from "./event-receiver.ts";
import { noteOutsideMembership, type OutsideMembership } from "./outside-membership.ts";

/** Takes in what other servers tell of rooms that this server is not in. */
export class OutsideRooms {
  readonly #rooms: Rooms;
  readonly #log: EventLog;
  readonly #receiver: EventReceiver;
  /** A room is made once, whoever tells of it first. */
  readonly #making = new KeyedQueue<string>();

  constructor(rooms: Rooms, log: EventLog, receiver: EventReceiver) {
    this.#rooms = rooms;
    this.#log = log;
    this.#receiver = receiver;
  }

  /** Takes over a room that a local user joins. @throws {RoomError} `UNSUPPORTED_ROOM_VERSION`, `INVALID_ROOM_STATE` or `BLOCKED`. */
  async adopt(adopted: AdoptedRoom): Promise<LoadedRoom> {
    this.#rooms.blocks.require(adopted.roomId);
    const room = await this.#making.run(adopted.roomId, () => roomToAdopt(this.#rooms, this.#log, adopted));
    return this.#receiver.alone(room, () => adoptRoom(this.#rooms, this.#log, room, adopted));
  }

  /** Stores a membership of a local user. @throws {RoomError} `UNSUPPORTED_ROOM_VERSION` or `BLOCKED`. */
  async note(outside: OutsideMembership): Promise<StoredEvent> {
    if (outside.strippedState) this.#rooms.blocks.require(outside.roomId);
    return this.#making.run(outside.roomId, () => {
      const room = this.#rooms.find(outside.roomId);
      const note = (): Promise<StoredEvent> => noteOutsideMembership(this.#rooms, this.#log, outside);
      return room ? this.#receiver.alone(room, note) : note();
    });
  }
}
