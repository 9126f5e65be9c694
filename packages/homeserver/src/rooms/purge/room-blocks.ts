import type { Core } from "../../log/core.ts";
import { operation, type WriteOperation } from "../../store/statement.ts";
import { blockedRooms, blockRoom, unblockRoom } from "../../store/statements/purges.ts";
import { RoomError } from "../errors.ts";

/** Rooms that nobody of this server may join, since an operator says so or since they are just being purged. */
export class RoomBlocks {
  readonly #core: Core;
  readonly #blocked: Set<string>;
  readonly #purging = new Set<string>();

  private constructor(core: Core, blocked: Set<string>) {
    this.#core = core;
    this.#blocked = blocked;
  }

  /** Reads those of a store. */
  static async open(core: Core): Promise<RoomBlocks> {
    return new RoomBlocks(core, new Set((await core.store.all(blockedRooms)).map((row) => row.room_id)));
  }

  /** Whether an operator has blocked a room. */
  has(roomId: string): boolean {
    return this.#blocked.has(roomId);
  }

  /** Checks that a room may be joined, or its users invited. @throws {RoomError} `BLOCKED`. */
  require(roomId: string): void {
    if (this.#blocked.has(roomId)) throw new RoomError("BLOCKED", `the administrators of this server let nobody join the room ${roomId}`);
    if (this.#purging.has(roomId)) throw new RoomError("BLOCKED", `the room ${roomId} is just being removed: try again later`);
  }

  /** Blocks a room, known here or not, or lets it be joined again. */
  async set(roomId: string, isBlocked: boolean): Promise<void> {
    await this.#core.log.append({
      positions: [],
      operations: [this.operation(roomId, isBlocked)],
      publish: () => this.apply(roomId, isBlocked),
    });
  }

  /** What stores a block, or the end of one. */
  operation(roomId: string, isBlocked: boolean): WriteOperation {
    return isBlocked ? operation(blockRoom, roomId, this.#core.clock.now()) : operation(unblockRoom, roomId);
  }

  /** Makes visible what is stored. */
  apply(roomId: string, isBlocked: boolean): void {
    if (isBlocked) this.#blocked.add(roomId);
    else this.#blocked.delete(roomId);
  }

  /** Lets nobody join a room as long as it is being purged. */
  holdFor(roomId: string, isPurging: boolean): void {
    if (isPurging) this.#purging.add(roomId);
    else this.#purging.delete(roomId);
  }
}
