import { limits } from "../../limits.ts";
import { operation } from "../../store/statement.ts";
import {
  deleteOldThreadReceipts,
  newestReceipts,
  othersReceipts,
  type ReceiptRow,
  receiptsOfUser,
  upsertReceipt,
} from "../../store/statements/receipts.ts";
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

  /** The receipts between two positions that a user may see, in order: all of the user's own, and the newest 1,000 of others. */
  async between(roomNid: number, userNid: number, after: number, upTo: number): Promise<ReceiptRow[]> {
    const { store } = this.#rooms.core;
    const others = await store.all(othersReceipts, roomNid, userNid, after, upTo, limits.receiptsInAnswer.value);
    const own = await store.all(receiptsOfUser, roomNid, userNid, after, upTo);
    return [...others, ...own].toSorted((a, b) => a.pos - b.pos);
  }

  /** Stores a receipt and tells the room; a private one only its user. Of the receipts for threads, a user keeps the newest 100. */
  async set(room: LoadedRoom, { userNid, type, thread, eventId }: NewReceipt): Promise<void> {
    const { core } = this.#rooms;
    const pos = core.log.next(room.shard);
    const stored = operation(upsertReceipt, room.nid, userNid, type, thread, eventId, core.clock.now(), pos);
    const isThread = thread !== "" && thread !== "main";
    const pruned = operation(deleteOldThreadReceipts, room.nid, userNid, type, limits.receiptThreads.value);
    await core.log.append({
      positions: [pos],
      operations: isThread ? [stored, pruned] : [stored],
      publish: () => {
        this.#newest.set(room.nid, pos);
        core.wakeUps.touch(type === "m.read.private" ? [userNid] : joinedUsers(room.view));
      },
    });
  }
}
