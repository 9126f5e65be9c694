import { randomBytes } from "node:crypto";
import { requireWithin } from "../../errors.ts";
import { pauseFor } from "../../pause-for.ts";
import { StoreError } from "../../store/errors.ts";
import { operation } from "../../store/statement.ts";
import type { AgedRow } from "../../store/statements/retention.ts";
import { endPurge, insertPurge, prunePurges, purgeOf, type PurgeRow, sizeOfRoom, unfinishedPurges } from "../../store/statements/purges.ts";
import { RoomError } from "../errors.ts";
import type { MessagePurge } from "../receive/purge-messages.ts";
import type { Room } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import { placeOfColumn } from "../timeline/place.ts";
import { purgeRoom, type PurgeRoomParts } from "./purge-room.ts";

/** How long it is told what became of a purge, in milliseconds. */
const TOLD_FOR_MS = 7 * 86_400_000;
/** After which time one begins anew that could not be stored, doubled each time, in milliseconds. */
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 300_000;

/** Up to where the history of a room is to go: a time in milliseconds, or an event of its timeline. */
export type HistoryEnd = { readonly beforeTs: number } | { readonly beforeEvent: string };

/** How a room is to go. */
export interface PurgeRoomOptions {
  /** Whether nobody may join it afterwards. */
  readonly block?: boolean | undefined;
  /** What those are told who are put out. */
  readonly reason?: string | undefined;
}

/** How far a purge is. */
export interface PurgeStatus {
  readonly purgeId: string;
  readonly roomId: string;
  readonly kind: "history" | "room";
  readonly status: "waiting" | "active" | "complete" | "failed";
  /** Events that are removed so far. */
  readonly removed: number;
  readonly error?: string | undefined;
}

/** What a purge would remove. */
export interface PurgePreview {
  readonly events: number;
  /** Memberships, aliases and receipts; nothing of these goes with history. */
  readonly members: number;
  readonly aliases: number;
  readonly receipts: number;
}

/** What purges work with. */
export interface RoomPurgesParts extends PurgeRoomParts {
  readonly messages: MessagePurge;
  /** Told when a room, or a part of its history, is gone. */
  readonly purged: (roomNid: number) => void;
  readonly failed: (roomId: string, error: unknown) => void;
}

/** Purges that operators ask for, one after the other: each is stored before it begins, and goes on after a restart. */
export class RoomPurges implements AsyncDisposable {
  readonly #parts: RoomPurgesParts;
  readonly #rooms: Rooms;
  readonly #stopped = new AbortController();
  /** Those that wait or are under way, in order, with what they have removed. */
  readonly #open = new Map<string, { readonly row: PurgeRow; removed: number; isActive: boolean }>();
  #running: Promise<void> = Promise.resolve();

  constructor(parts: RoomPurgesParts) {
    this.#parts = parts;
    this.#rooms = parts.rooms;
  }

  /** Takes up those that a restart has interrupted. */
  async resume(): Promise<void> {
    const { store, log, clock } = this.#rooms.core;
    for (const row of await store.all(unfinishedPurges)) this.#begin(row);
    log.carry(operation(prunePurges, clock.now() - TOLD_FOR_MS));
  }

  /**
   * Begins to remove the messages of a room up to somewhere; its state and its ends stay.
   *
   * @returns The ID by which to ask for its status.
   * @throws {RoomError} `EVENT_NOT_FOUND`. @throws {LimitError}
   */
  async purgeHistory(room: Room, end: HistoryEnd): Promise<string> {
    await this.#isBefore(room, end);
    return this.#add(room, "history", end);
  }

  /** Begins to remove a room. @returns The ID by which to ask for its status. @throws {LimitError} */
  async purgeRoom(room: Room, { block = false, reason }: PurgeRoomOptions): Promise<string> {
    const known = [...this.#open.values()].find(({ row }) => row.kind === "room" && row.room_id === room.id);
    if (known) return known.row.purge_id;
    if (block) await this.#rooms.blocks.set(room.id, true);
    return this.#add(room, "room", { ...(reason !== undefined && { reason }) });
  }

  /** What a purge would remove. @throws {RoomError} `EVENT_NOT_FOUND`. */
  async preview(room: Room, end?: HistoryEnd): Promise<PurgePreview> {
    const { signal } = this.#stopped;
    const isOld = end && (await this.#isBefore(room, end));
    if (isOld)
      return { events: await this.#parts.messages.removeFrom(room, isOld, { signal, isDry: true }), members: 0, aliases: 0, receipts: 0 };
    const size = await this.#rooms.core.store.get(sizeOfRoom, room.nid);
    const events = await this.#parts.messages.countAll(room, signal);
    return { events, members: size?.members ?? 0, aliases: size?.aliases ?? 0, receipts: size?.receipts ?? 0 };
  }

  /** How far a purge is; `undefined` if there is none of that ID, or it has ended long ago. */
  async status(purgeId: string): Promise<PurgeStatus | undefined> {
    const open = this.#open.get(purgeId);
    const row = open?.row ?? (await this.#rooms.core.store.get(purgeOf, purgeId));
    if (!row) return undefined;
    const kind = row.kind === "history" ? "history" : "room";
    const known = { purgeId, roomId: row.room_id, kind } as const;
    if (open) return { ...known, status: open.isActive ? "active" : "waiting", removed: open.removed };
    return {
      ...known,
      status: row.error === null ? "complete" : "failed",
      removed: row.removed,
      ...(row.error !== null && { error: row.error }),
    };
  }

  /** Ends after the slice that is under way; the next start goes on. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  async #add(room: Room, kind: PurgeRow["kind"], options: object): Promise<string> {
    requireWithin("purges", this.#open.size + 1, "the request");
    const { log, clock } = this.#rooms.core;
    const purgeId = randomBytes(12).toString("base64url");
    const json = JSON.stringify(options);
    const now = clock.now();
    const row: PurgeRow = {
      purge_id: purgeId,
      room_id: room.id,
      kind,
      options: json,
      detached: 0,
      removed: 0,
      started_ts: now,
      ended_ts: null,
      error: null,
    };
    await log.append({ positions: [], operations: [operation(insertPurge, purgeId, room.id, kind, json, now)] });
    this.#begin(row);
    return purgeId;
  }

  #begin(row: PurgeRow): void {
    const open = { row, removed: row.removed, isActive: false };
    this.#open.set(row.purge_id, open);
    if (row.kind === "room") this.#rooms.blocks.holdFor(row.room_id, true);
    this.#running = this.#running.then(() => this.#run(open));
  }

  async #run(open: { readonly row: PurgeRow; removed: number; isActive: boolean }): Promise<void> {
    const { row } = open;
    const { log, clock } = this.#rooms.core;
    if (this.#stopped.signal.aborted) return;
    open.isActive = true;
    let error: string | null = null;
    for (let retryMs = FIRST_RETRY_MS; ; retryMs *= 2) {
      try {
        await this.#work(open);
        break;
      } catch (cause) {
        if (this.#stopped.signal.aborted) return;
        this.#parts.failed(row.room_id, cause);
        // A database that does not answer, or is full, may be better in a while.
        if (cause instanceof StoreError && retryMs <= LAST_RETRY_MS) await pauseFor(this.#rooms.core.clock, retryMs, this.#stopped.signal);
        else {
          error = cause instanceof Error ? cause.message : String(cause);
          break;
        }
      }
    }
    if (this.#stopped.signal.aborted) return;
    try {
      await log.append({ positions: [], operations: [operation(endPurge, row.purge_id, open.removed, clock.now(), error)] });
    } catch (cause) {
      // It is begun again with the next start.
      this.#parts.failed(row.room_id, cause);
      return;
    }
    this.#open.delete(row.purge_id);
    if (row.kind === "room" && ![...this.#open.values()].some((other) => other.row.room_id === row.room_id && other.row.kind === "room"))
      this.#rooms.blocks.holdFor(row.room_id, false);
  }

  async #work(open: { readonly row: PurgeRow; removed: number }): Promise<void> {
    const { row } = open;
    const { signal } = this.#stopped;
    const room = this.#rooms.find(row.room_id);
    if (!room) return;
    const removed = (count: number): void => void (open.removed = count);
    if (row.kind === "history") {
      // Written by purgeHistory.
      const isOld = await this.#isBefore(room, JSON.parse(row.options) as HistoryEnd);
      await this.#parts.told(room, signal);
      await this.#parts.messages.removeFrom(room, isOld, { signal, removed });
    } else {
      const { reason } = JSON.parse(row.options) as PurgeRoomOptions;
      await purgeRoom(this.#parts, room, { purgeId: row.purge_id, isDetached: row.detached !== 0, reason, signal, removed });
    }
    signal.throwIfAborted();
    this.#parts.purged(room.nid);
  }

  /** Whether an event of a room comes before somewhere. @throws {RoomError} `EVENT_NOT_FOUND`. */
  async #isBefore(room: Room, end: HistoryEnd): Promise<(row: AgedRow) => boolean> {
    if ("beforeTs" in end) return (row) => row.ts < end.beforeTs;
    const event = await this.#rooms.events.byId(end.beforeEvent);
    const place = event?.fields.roomNid === room.nid ? event.fields.place : undefined;
    if (place == null) throw new RoomError("EVENT_NOT_FOUND", `${end.beforeEvent} is no event of the room's timeline`);
    const nid = event?.nid ?? 0;
    return (row) => (row.timeline_pos === null ? row.event_nid < nid : placeOfColumn(row.timeline_pos) < place);
  }
}
