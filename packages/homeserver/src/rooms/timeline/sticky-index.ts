import type { JsonObject } from "@patrix/api";
import { StickyEventExtension } from "@patrix/events/unstable";
import { LimitError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { Core } from "../../log/core.ts";
import type { Position } from "../../log/position.ts";
import { operation, type WriteOperation } from "../../store/statement.ts";
import { insertStickyEvent, pruneStickyEvents, stickyEvents } from "../../store/statements/sticky-events.ts";

/** The longest that an event counts as sticky, in milliseconds. */
export const LONGEST_STICKY_MS: number = 60 * 60_000;

/** An event as long as it is sticky. */
export interface StickyEntry {
  readonly nid: number;
  readonly senderNid: number;
  readonly expiresTs: number;
  readonly bytes: number;
}

/**
 * Until when an event is sticky, in milliseconds; `undefined` for one that is not, or no longer.
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4354}
 */
export function stickyUntil({ msc4354_sticky: sticky, origin_server_ts: sentTs }: JsonObject, now: number): number | undefined {
  if (sticky === undefined || typeof sentTs !== "number" || !StickyEventExtension.is({ msc4354_sticky: sticky })) return undefined;
  const { duration_ms: durationMs } = sticky as { readonly duration_ms: number };
  // A clock that is ahead makes nothing sticky for longer.
  const until = Math.min(now, sentTs) + Math.min(durationMs, LONGEST_STICKY_MS);
  return until > now ? until : undefined;
}

/** The events of rooms that are sticky still: members get them however much else there is. They are in memory, and in the store for the next start. */
export class StickyIndex {
  readonly #core: Core;
  readonly #rooms = new Map<number, StickyEntry[]>();

  private constructor(core: Core) {
    this.#core = core;
  }

  /** Reads those of a store. */
  static async open(core: Core): Promise<StickyIndex> {
    const sticky = new StickyIndex(core);
    for (const row of await core.store.all(stickyEvents, core.clock.now()))
      sticky.#add(row.room_nid, { nid: row.event_nid, senderNid: row.sender_nid, expiresTs: row.expires_ts, bytes: row.bytes });
    return sticky;
  }

  /** The events of a room that are sticky still and came after a position and up to another, in order. */
  between(roomNid: number, after: Position, upTo: Position): readonly StickyEntry[] {
    return this.#live(roomNid).filter(({ nid }) => nid > after && nid <= upTo);
  }

  /** The rooms in which events may be sticky. */
  rooms(): Iterable<number> {
    return this.#rooms.keys();
  }

  /** For how many milliseconds an event is sticky still; `undefined` for one that is not. */
  remaining(roomNid: number, eventNid: number): number | undefined {
    const entry = this.#rooms.get(roomNid)?.find(({ nid }) => nid === eventNid);
    const remaining = entry === undefined ? 0 : entry.expiresTs - this.#core.clock.now();
    return remaining > 0 ? remaining : undefined;
  }

  /** Checks that a user may send another sticky event. @throws {LimitError} */
  require(roomNid: number, senderNid: number, bytes: number): void {
    const live = this.#live(roomNid);
    const own = live.filter((entry) => entry.senderNid === senderNid);
    if (own.length >= limits.stickyEvents.value) throw new LimitError("stickyEvents", "the event", this.#until(own));
    if (bytesOf(live) + bytes > limits.stickyBytes.value) throw new LimitError("stickyBytes", "the event", this.#until(live));
  }

  /**
   * Takes in an event that has just been numbered. One that comes from elsewhere and is too much for the room is an event as others are.
   *
   * @returns What stores it.
   */
  append(roomNid: number, entry: StickyEntry): WriteOperation[] {
    if (bytesOf(this.#live(roomNid)) + entry.bytes > limits.stickyBytes.value) return [];
    this.#add(roomNid, entry);
    return [operation(insertStickyEvent, entry.nid, roomNid, entry.senderNid, entry.expiresTs, entry.bytes)];
  }

  /** Forgets an event that could not be stored. */
  revert(roomNid: number, eventNid: number): void {
    const entries = this.#rooms.get(roomNid);
    if (entries)
      this.#keep(
        roomNid,
        entries.filter(({ nid }) => nid !== eventNid),
      );
  }

  /** Forgets the events of a room that is purged. */
  forgetRoom(roomNid: number): void {
    this.#rooms.delete(roomNid);
  }

  /** Lets the next commit remove what is no longer sticky. */
  prune(): void {
    for (const roomNid of this.#rooms.keys()) this.#live(roomNid);
    this.#core.log.carry(operation(pruneStickyEvents, this.#core.clock.now()));
  }

  #until(entries: readonly StickyEntry[]): { retryAfterMs: number } {
    const next = entries.reduce((first, { expiresTs }) => Math.min(first, expiresTs), Number.POSITIVE_INFINITY);
    return { retryAfterMs: Math.max(1, Math.min(next - this.#core.clock.now(), LONGEST_STICKY_MS)) };
  }

  #add(roomNid: number, entry: StickyEntry): void {
    const entries = this.#rooms.get(roomNid);
    if (entries) entries.push(entry);
    else this.#rooms.set(roomNid, [entry]);
  }

  #live(roomNid: number): readonly StickyEntry[] {
    const entries = this.#rooms.get(roomNid);
    if (!entries) return [];
    const now = this.#core.clock.now();
    const live = entries.filter(({ expiresTs }) => expiresTs > now);
    this.#keep(roomNid, live);
    return live;
  }

  #keep(roomNid: number, entries: StickyEntry[]): void {
    if (entries.length === 0) this.#rooms.delete(roomNid);
    else this.#rooms.set(roomNid, entries);
  }
}

function bytesOf(entries: readonly StickyEntry[]): number {
  return entries.reduce((sum, { bytes }) => sum + bytes, 0);
}
