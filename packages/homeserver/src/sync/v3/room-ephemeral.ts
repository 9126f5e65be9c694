import { isCovered, lastCovered, type PositionVector } from "../../log/position.ts";
import type { Receipts } from "../../rooms/ephemeral/receipts.ts";
import type { LoadedRoom } from "../../rooms/room.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import type { Typing } from "../../rooms/ephemeral/typing.ts";

/** A span of the log as one room sees it. */
export interface EphemeralSpan {
  readonly since: PositionVector | undefined;
  readonly now: PositionVector;
  /** Number of the newest typing change that the client has seen. */
  readonly typingSince: number;
  /** What the client wants to see. */
  readonly ephemeralFilter: {
    readonly includesRoom: (roomId: string) => boolean;
    readonly matchesType: ((type: string) => boolean) | undefined;
  };
}

/** Renders the ephemeral events of a room: receipts and who is typing. */
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
  hasNews(roomNid: number, { since, typingSince }: EphemeralSpan): boolean {
    const newest = this.#receipts.newestPos(roomNid);
    return this.#typing.serialOf(roomNid) > typingSince || (newest > 0 && (since === undefined || !isCovered(since, newest)));
  }

  /** The events as JSON texts. */
  async render(room: LoadedRoom, userNid: number, span: EphemeralSpan): Promise<string[]> {
    const { includesRoom, matchesType } = span.ephemeralFilter;
    if (!this.hasNews(room.nid, span) || !includesRoom(room.id)) return [];
    const receipts = (matchesType?.("m.receipt") ?? true) ? await this.#renderReceipts(room, userNid, span) : undefined;
    const typing = (matchesType?.("m.typing") ?? true) ? await this.#renderTyping(room, span) : undefined;
    return [receipts, typing].filter((text) => text !== undefined);
  }

  async #renderReceipts(room: LoadedRoom, userNid: number, { since, now }: EphemeralSpan): Promise<string | undefined> {
    const after = since ? lastCovered(since, room.shard) : 0;
    const rows = (await this.#receipts.since(room.nid, after)).filter(
      (row) => isCovered(now, row.pos) && (row.type !== "m.read.private" || row.user_nid === userNid),
    );
    if (rows.length === 0) return undefined;
    await this.#rooms.core.users.load(rows.map((row) => row.user_nid));
    const content: Record<string, Record<string, Record<string, { ts: number; thread_id?: string }>>> = {};
    for (const row of rows) {
      const byUser = ((content[row.event_id] ??= {})[row.type] ??= {});
      byUser[this.#rooms.core.users.peekText(row.user_nid)] = { ts: row.ts, ...(row.thread && { thread_id: row.thread }) };
    }
    return JSON.stringify({ type: "m.receipt", content });
  }

  async #renderTyping(room: LoadedRoom, { typingSince }: EphemeralSpan): Promise<string | undefined> {
    if (this.#typing.serialOf(room.nid) <= typingSince) return undefined;
    const nids = [...this.#typing.usersOf(room.nid)];
    await this.#rooms.core.users.load(nids);
    const userIds = nids.map((nid) => this.#rooms.core.users.peekText(nid));
    return JSON.stringify({ type: "m.typing", content: { user_ids: userIds } });
  }
}
