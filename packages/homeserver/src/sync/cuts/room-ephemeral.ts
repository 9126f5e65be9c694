import { limits } from "../../limits.ts";
import { isCovered, lastCovered, type PositionVector } from "../../log/position.ts";
import type { Ready } from "../../ready.ts";
import type { Receipts } from "../../rooms/ephemeral/receipts.ts";
import type { Typing } from "../../rooms/ephemeral/typing.ts";
import type { LoadedRoom, Room } from "../../rooms/room.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import type { Receipt } from "./receipt-content.ts";

/** A span of the log as one room sees it. */
export interface EphemeralSpan {
  readonly since: PositionVector | undefined;
  readonly now: PositionVector;
  /** Number of the newest typing change that the client has seen. */
  readonly ephemeralSince: number;
  /** What the client wants to see. */
  readonly ephemeralFilter: {
    readonly includesRoom: (roomId: string) => boolean;
    readonly matchesType: ((type: string) => boolean) | undefined;
  };
}

/** What is new of a room and not kept in its history. */
export interface EphemeralNews {
  readonly receipts: readonly Receipt[];
  /** Who is typing; `undefined` if that has not changed. */
  readonly typing: readonly string[] | undefined;
}

const noNews: EphemeralNews = { receipts: [], typing: undefined };

/** Reads the ephemeral news of a room: receipts and who is typing. */
export class RoomEphemeral {
  readonly #rooms: Rooms;
  readonly #receipts: Receipts;
  readonly #typing: Typing;

  constructor(rooms: Rooms, receipts: Receipts, typing: Typing) {
    this.#rooms = rooms;
    this.#receipts = receipts;
    this.#typing = typing;
  }

  /** Whether a room may have something new. */
  hasNews(roomNid: number, { since, ephemeralSince }: EphemeralSpan): boolean {
    return this.hasTyping(roomNid, ephemeralSince) || this.hasReceipts(roomNid, since);
  }

  /** What is new for a user. */
  read(room: LoadedRoom, userNid: number, span: EphemeralSpan): Ready<EphemeralNews> {
    return this.hasNews(room.nid, span) && span.ephemeralFilter.includesRoom(room.id) ? this.#read(room, userNid, span) : noNews;
  }

  async #read(room: LoadedRoom, userNid: number, span: EphemeralSpan): Promise<EphemeralNews> {
    const { matchesType } = span.ephemeralFilter;
    return {
      receipts: (matchesType?.("m.receipt") ?? true) ? await this.#readReceipts(room, userNid, span) : [],
      typing: (matchesType?.("m.typing") ?? true) ? await this.#readTyping(room, span) : undefined,
    };
  }

  /** Whether a user has read something of a room between two cuts. */
  async hasRead(
    room: Room,
    userNid: number,
    { since, now }: { readonly since: PositionVector; readonly now: PositionVector },
  ): Promise<boolean> {
    if (!this.hasReceipts(room.nid, since)) return false;
    return (await this.#receipts.ofUser(room.nid, userNid, lastCovered(since, room.shard), lastCovered(now, room.shard))).length > 0;
  }

  /** Whether a room has receipts after a cut. */
  hasReceipts(roomNid: number, since: PositionVector | undefined): boolean {
    const newest = this.#receipts.newestPos(roomNid);
    return newest > 0 && (since === undefined || !isCovered(since, newest));
  }

  /** Whether it changed who is typing in a room after a change of a number. */
  hasTyping(roomNid: number, ephemeralSince: number): boolean {
    return this.#typing.serialOf(roomNid) > ephemeralSince;
  }

  async #readReceipts(room: LoadedRoom, userNid: number, { since, now }: EphemeralSpan): Promise<Receipt[]> {
    const { users } = this.#rooms.core;
    const after = since ? lastCovered(since, room.shard) : 0;
    const rows = await this.#receipts.between(room.nid, userNid, after, lastCovered(now, room.shard));
    await users.load(rows.map((row) => row.user_nid));
    return rows.map((row) => ({ ...row, userId: users.peekText(row.user_nid) }));
  }

  async #readTyping(room: LoadedRoom, { ephemeralSince }: EphemeralSpan): Promise<string[] | undefined> {
    if (this.#typing.serialOf(room.nid) <= ephemeralSince) return undefined;
    const nids = [...this.#typing.usersOf(room.nid)].slice(0, limits.typingUsers.value);
    await this.#rooms.core.users.load(nids);
    return nids.map((nid) => this.#rooms.core.users.peekText(nid));
  }
}
