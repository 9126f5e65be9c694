import type { ClientEventWithoutRoomId } from "@patrix/events";
import type { RoomId } from "@patrix/identifiers";
import type { Logger } from "../logger.ts";

/** Warns of encrypted messages, which a client without encryption cannot read: once for each room. */
export class UnreadableRooms {
  readonly #logger: Logger;
  readonly #warned = new Set<RoomId>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Notes a new event of a room. */
  note(event: ClientEventWithoutRoomId, roomId: RoomId): void {
    if (event.type !== "m.room.encrypted" || this.#warned.has(roomId)) return;
    this.#warned.add(roomId);
    this.#logger.warn(
      `${roomId}: messages are encrypted, and this client cannot decrypt without the option encryption: no listener will hear of them`,
    );
  }
}
