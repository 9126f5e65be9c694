import { operation } from "../../store/statement.ts";
import { newestReceipts, type ReceiptRow, receiptsSince, upsertReceipt } from "../../store/statements/receipts.ts";
import type { LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import { joinedUsers } from "../room.ts";

/** A receipt as a user sends it. */
export interface NewReceipt {
  readonly userNid: number;
  readonly type: string;
  /** The thread's root event, `main`, or empty for the whole room. */
  readonly thread: string;
  readonly eventId: string;
}

/** Read receipts, public and private. */
export class Receipts {
  readonly #rooms: Rooms;
  readonly #newest: Map<number, number>;

  private constructor(rooms: Rooms, newest: Map<number, number>) {
    this.#rooms = rooms;
    this.#newest = newest;
  }

  /** Opens the receipts of a store. */
  static async open(rooms: Rooms): Promise<Receipts> {
    const rows = await rooms.core.store.all(newestReceipts);
    return new Receipts(rooms, new Map(rows.map((row) => [row.room_nid, row.pos])));
  }

  /** Position of the newest receipt of a room; 0 without one. */
  newestPos(roomNid: number): number {
    return this.#newest.get(roomNid) ?? 0;
  }

  /** The receipts that came after a position. */
  since(roomNid: number, after: number): Promise<ReceiptRow[]> {
    return this.#rooms.core.store.all(receiptsSince, roomNid, after);
  }

  /** Stores a receipt and tells the room; a private one only its user. */
  async set(room: LoadedRoom, { userNid, type, thread, eventId }: NewReceipt): Promise<void> {
    const { core } = this.#rooms;
    const pos = core.log.next(room.shard);
    await core.log.append({
      positions: [pos],
      operations: [operation(upsertReceipt, room.nid, userNid, type, thread, eventId, core.clock.now(), pos)],
      publish: () => {
        this.#newest.set(room.nid, pos);
        core.wakeUps.touch(type === "m.read.private" ? [userNid] : joinedUsers(room.view));
      },
    });
  }
}
