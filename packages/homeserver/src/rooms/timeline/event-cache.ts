import { LruCache } from "@patrix/concurrency";
import type { ReadingCore } from "../../log/core.ts";
import { keyList } from "../../store/statement.ts";
import { eventsByIds, type EventRow, eventsByNids } from "../../store/statements/events.ts";
import { turnIfDue } from "../../turns.ts";
import { readingRules } from "../room.ts";
import { parseStateKey } from "../state/state-key.ts";
import { placeOfColumn } from "./place.ts";
import { StoredEvent } from "./stored-event.ts";

/** The bytes of events that are kept in memory. */
const CACHE_BYTES = 24 * 1024 * 1024;

/** How many IDs are remembered. */
const REMEMBERED_IDS = 20_000;

/** How many events are read before others may get their turn. */
const LOADED_AT_ONCE = 50;

/** Tells the version of a room by its number. */
export type RoomVersionOf = (roomNid: number) => string | undefined;

/** Events by number and by ID, with those used last in memory. */
export class EventCache {
  readonly #core: ReadingCore;
  readonly #versionOf: RoomVersionOf;
  readonly #events = new LruCache<number, StoredEvent>(CACHE_BYTES);
  /** Events that wait for their commit, by number and by ID: the store does not have them yet. */
  readonly #pending = new Map<number, StoredEvent>();
  readonly #pendingByIds = new Map<string, StoredEvent>();
  /** The numbers of events that were in memory of late, by ID, and IDs that no event has. */
  readonly #nids = new LruCache<string, number>(REMEMBERED_IDS);
  readonly #absent = new LruCache<string, true>(REMEMBERED_IDS);
  #evictions = 0;
  /** How many events are new since the start. */
  #holds = 0;

  constructor(core: ReadingCore, versionOf: RoomVersionOf) {
    this.#core = core;
    this.#versionOf = versionOf;
  }

  /** An event that is in memory. */
  peek(nid: number): StoredEvent | undefined {
    return this.#events.get(nid) ?? this.#pending.get(nid);
  }

  /** Keeps a new event in memory until {@link EventCache.settle} says that it is stored, or never will be. */
  hold(event: StoredEvent): void {
    this.#holds++;
    this.#absent.delete(event.eventId);
    this.#pending.set(event.nid, event);
    this.#pendingByIds.set(event.eventId, event);
    this.add(event);
  }

  /** The event of a number, as long as it waits for its commit. */
  pending(nid: number): StoredEvent | undefined {
    return this.#pending.get(nid);
  }

  /** Ends a {@link EventCache.hold}. What could not be stored is dropped from memory. */
  settle(event: StoredEvent, isStored: boolean): void {
    this.#pending.delete(event.nid);
    this.#pendingByIds.delete(event.eventId);
    if (!isStored) this.evict(event.nid);
  }

  /** Keeps an event in memory. */
  add(event: StoredEvent): void {
    this.#events.set(event.nid, event, event.weight);
    this.#nids.set(event.eventId, event.nid);
  }

  /** Drops an event from memory, since its columns have changed. */
  evict(nid: number): void {
    this.#evictions++;
    this.#events.delete(nid);
  }

  /** Loads events by number, also by the one that an event had before it came; those that do not exist are left out. */
  async load(nids: Iterable<number>): Promise<Map<number, StoredEvent>> {
    const found = new Map<number, StoredEvent>();
    const missing: number[] = [];
    for (const nid of nids) {
      const event = this.peek(nid);
      if (event) found.set(nid, event);
      else missing.push(nid);
    }
    for (let i = 0; i < missing.length; i += LOADED_AT_ONCE) {
      const turn = i > 0 ? turnIfDue() : undefined;
      if (turn) await turn;
      await this.#load(missing.slice(i, i + LOADED_AT_ONCE), found);
    }
    return found;
  }

  async #load(nids: readonly number[], found: Map<number, StoredEvent>): Promise<void> {
    const renumbered = new Map<number, number>();
    const read = await this.read(async () => {
      const rows = await this.#core.store.all(eventsByNids, keyList(nids));
      for (const row of rows) if (row.renumbered_nid !== null) renumbered.set(row.event_nid, row.renumbered_nid);
      return rows.filter((row) => row.renumbered_nid === null);
    });
    for (const event of read) found.set(event.nid, event);
    if (renumbered.size === 0) return;
    const events = await this.load(renumbered.values());
    for (const [earlier, nid] of renumbered) {
      const event = events.get(nid);
      if (event) found.set(earlier, event);
    }
  }

  /** Loads one event by number. */
  async get(nid: number): Promise<StoredEvent | undefined> {
    return this.peek(nid) ?? (await this.load([nid])).get(nid);
  }

  /** Loads an event by its ID. */
  async byId(eventId: string): Promise<StoredEvent | undefined> {
    return (await this.loadByIds([eventId])).get(eventId);
  }

  /** Loads events by their IDs; those that do not exist are left out. */
  async loadByIds(eventIds: readonly string[]): Promise<Map<string, StoredEvent>> {
    const found = new Map<string, StoredEvent>();
    const unknown: string[] = [];
    for (const eventId of eventIds) {
      const event = this.#peekById(eventId);
      if (event) found.set(eventId, event);
      else if (!this.#absent.get(eventId)) unknown.push(eventId);
    }
    for (let i = 0; i < unknown.length; i += LOADED_AT_ONCE) {
      const turn = i > 0 ? turnIfDue() : undefined;
      if (turn) await turn;
      await this.#loadByIds(unknown.slice(i, i + LOADED_AT_ONCE), found);
    }
    return found;
  }

  async #loadByIds(unknown: readonly string[], found: Map<string, StoredEvent>): Promise<void> {
    const holds = this.#holds;
    for (const event of await this.read(() => this.#core.store.all(eventsByIds, keyList(unknown)))) found.set(event.eventId, event);
    for (const eventId of unknown) {
      // One that waits to get a new number is stored under its earlier one.
      const pending = this.#pendingByIds.get(eventId);
      if (pending) found.set(eventId, pending);
      else if (!found.has(eventId) && holds === this.#holds) this.#absent.set(eventId, true);
    }
  }

  #peekById(eventId: string): StoredEvent | undefined {
    const pending = this.#pendingByIds.get(eventId);
    if (pending) return pending;
    const nid = this.#nids.get(eventId);
    return nid === undefined ? undefined : this.#events.get(nid);
  }

  /** Reads rows and turns them into events, in the same order. */
  async read(readRows: () => Promise<readonly EventRow[]>): Promise<StoredEvent[]> {
    const evictions = this.#evictions;
    const rows = await readRows();
    const { users, eventTypes, stateKeys } = this.#core;
    await users.load(rows.map((row) => row.sender_nid));
    await eventTypes.load(rows.map((row) => row.type_nid));
    await stateKeys.load(rows.flatMap((row) => row.skey_nid ?? []));
    return rows.map((row) => this.#events.get(row.event_nid) ?? this.#fromRow(row, evictions));
  }

  #fromRow(row: EventRow, evictions: number): StoredEvent {
    const { users, eventTypes, stateKeys } = this.#core;
    const event = new StoredEvent(
      {
        nid: row.event_nid,
        roomNid: row.room_nid,
        place: row.timeline_pos === null ? null : placeOfColumn(row.timeline_pos),
        eventId: row.event_id,
        type: eventTypes.peekText(row.type_nid),
        stateKey: row.skey_nid === null ? undefined : parseStateKey(stateKeys.peekText(row.skey_nid)).stateKey,
        senderNid: row.sender_nid,
        sender: users.peekText(row.sender_nid),
        depth: row.depth,
        ts: row.ts,
        stateNid: row.state_nid,
        afterNid: row.after_nid,
        isForked: row.forked !== 0,
        replacesNid: row.replaces_nid,
        status: row.status,
        redactedBy: row.redacted_by,
        deviceNid: row.device_nid,
        txn: row.txn,
        delayId: row.delay_id,
        json: row.json,
      },
      readingRules(this.#versionOf(row.room_nid)),
    );
    // A row that was read before an eviction may be what the eviction was about.
    if (evictions === this.#evictions) this.add(event);
    return event;
  }
}
