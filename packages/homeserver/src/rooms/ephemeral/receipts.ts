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
import { storeReadMark } from "./read-marks.ts";
import type { Place } from "../timeline/place.ts";

/** A receipt as a user sends it. */
export interface NewReceipt {
  readonly userNid: number;
  readonly type: string;
  /** The thread's root event, `main`, or empty for the whole room. */
  readonly thread: string;
  readonly eventId: string;
  /** Where the event is in the timeline; null for one that is in none. */
  readonly place: Place | null;
}

/** Hears that a user has read something of a room. */
export type ReceiptListener = (roomNid: number, userNid: number, receipt: NewReceipt & { readonly ts: number }) => void;

/** Read receipts, public and private. */
export class Receipts {
  readonly #rooms: Rooms;
  readonly #newest: Map<number, number>;
  readonly #listeners = new Set<ReceiptListener>();

  private constructor(rooms: Rooms, newest: Map<number, number>) {
    this.#rooms = rooms;
    this.#newest = newest;
  }

  /** Opens the receipts of a store. */
  static async open(rooms: Rooms): Promise<Receipts> {
    const rows = await rooms.core.store.all(newestReceipts);
    return new Receipts(rooms, new Map(rows.map((row) => [row.room_nid, row.pos])));
  }

  /** Calls back when a receipt becomes visible. */
  onSet(listener: ReceiptListener): void {
    this.#listeners.add(listener);
  }

  /** Position of the newest receipt of a room; 0 without one. */
  newestPos(roomNid: number): number {
    return this.#newest.get(roomNid) ?? 0;
  }

  /** The receipts between two positions that a user may see, in order: all of the user's own, and the newest 1,000 of others. */
  async between(roomNid: number, userNid: number, after: number, upTo: number): Promise<ReceiptRow[]> {
    const { store } = this.#rooms.core;
    const others = await store.all(othersReceipts, roomNid, userNid, after, upTo, limits.receiptsInAnswer.value);
    const own = await this.ofUser(roomNid, userNid, after, upTo);
    return [...others, ...own].toSorted((a, b) => a.pos - b.pos);
  }

  /** The receipts of a user between two positions. */
  ofUser(roomNid: number, userNid: number, after: number, upTo: number): Promise<ReceiptRow[]> {
    return this.#rooms.core.store.all(receiptsOfUser, roomNid, userNid, after, upTo);
  }

  /** Stores a receipt and tells the room; a private one only its user. Of the receipts for threads, a user keeps the newest 100. */
  async set(room: LoadedRoom, { userNid, type, thread, eventId, place }: NewReceipt): Promise<void> {
    const { core } = this.#rooms;
    const pos = core.log.next(room.shard);
    const ts = core.clock.now();
    const stored = operation(upsertReceipt, room.nid, userNid, type, thread, eventId, ts, pos);
    const isThread = thread !== "" && thread !== "main";
    const pruned = operation(deleteOldThreadReceipts, room.nid, userNid, type, limits.receiptThreads.value);
    await core.log.append({
      positions: [pos],
      operations: [
        stored,
        ...(isThread ? [pruned] : []),
        ...(place === null ? [] : storeReadMark({ userNid, roomNid: room.nid, thread, pos: place })),
      ],
      publish: () => {
        this.#newest.set(room.nid, pos);
        for (const listener of this.#listeners) listener(room.nid, userNid, { userNid, type, thread, eventId, place, ts });
        core.wakeUps.touch(type === "m.read.private" ? [userNid] : joinedUsers(room.view), room.nid);
      },
    });
  }
}
