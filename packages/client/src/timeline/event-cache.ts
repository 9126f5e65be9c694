import { isJsonObject } from "@patrix/api";
import { KeyedQueue, LruCache } from "@patrix/concurrency";
import { ClientEventWithoutRoomId } from "@patrix/events";
import { type EventId, isRoomId, type RoomId } from "@patrix/identifiers";
import { redactsOf } from "@patrix/room-versions";
import { redactEvent } from "../base/redact-event.ts";
import { emptyRoomData, type RoomData } from "../base/room-data.ts";
import { roomRules } from "../base/room-rules.ts";
import type { TimelineBatch } from "../base/sync-changes.ts";
import { encryptionOf, noteEncryption } from "../encryption/event-encryption.ts";
import { Slices } from "../slices.ts";
import type { Store, StoreChange } from "../stores/store.ts";

/** The last events of a room. */
export interface CachedTimeline {
  /** Oldest first. */
  readonly events: readonly ClientEventWithoutRoomId[];
  /** Token of the history before them; `undefined` if it is not known. */
  readonly before: string | undefined;
  /** Whether there is nothing before them. */
  readonly isStart: boolean;
}

/** A page of history, as it may be kept. */
export interface CachedPage extends CachedTimeline {
  /** The token that it was asked for by. */
  readonly from: string;
}

/** What an {@link EventCache} works with. */
export interface EventCacheParts {
  readonly store: Pick<Store, "get" | "write">;
  readonly room: (roomId: RoomId) => RoomData | undefined;
}

/** Where events begin: a token, or the start of the room. */
interface Place {
  readonly before?: string | undefined;
  readonly isStart?: boolean | undefined;
}
/** Older events, which have a row of their own. */
interface Chunk extends Place {
  readonly n: number;
  readonly size: number;
}
/** What is kept of a room in its first row: its newest events, and where the others are. */
interface Head extends Place {
  /** Oldest first. */
  readonly older: readonly Chunk[];
  /** Oldest first. */
  readonly events: readonly Kept[];
}
/** An event with what is known of how it was encrypted. */
type Kept = readonly [event: ClientEventWithoutRoomId, encryption?: object];

/** Events that have just come, and what is to be written because of them. */
interface FreshEvents {
  readonly events: readonly ClientEventWithoutRoomId[];
  readonly changes: readonly StoreChange[];
}

/** Events kept of a room: older ones go, by the row, while this many stay. */
const keptEvents = 100;
/** Newest events in the first row, which is written whenever there is a new one. */
const headEvents = 32;
/** Events that may come at once without the old ones being forgotten. */
const maxBatch = 100;
/** Rooms of which events are kept: those in which something happened last. */
const maxRooms = 1000;
const roomsKey = "rooms";

/**
 * Keeps the last events of rooms in the store, so that they are there after a restart without a request: of the 1,000 rooms that were
 * active last the last 100 events each, and up to as many more as came with them.
 */
export class EventCache {
  readonly #parts: EventCacheParts;
  /** One change after another: each is made from what the one before has left. */
  readonly #queue = new KeyedQueue<"write">();
  readonly #heads = new LruCache<RoomId, Head>(50);
  #rooms: Set<RoomId> | undefined;

  constructor(parts: EventCacheParts) {
    this.#parts = parts;
  }

  /** Reads the events of a room. */
  async load(roomId: RoomId): Promise<CachedTimeline> {
    return this.#queue.run("write", async () => {
      const head = await this.#head(roomId);
      if (!head) return { events: [], before: undefined, isStart: false };
      const chunks = await Promise.all(head.older.map(({ n }) => this.#chunk(roomId, n)));
      const events = [...chunks.flat(), ...head.events].map(([event, encryption]) =>
        // Written from an EventEncryption.
        encryption ? noteEncryption(event, encryption as never) : event,
      );
      const { before, isStart = false } = head.older[0] ?? head;
      return { events, before, isStart };
    });
  }

  /** Writes changes, and with them what is new of timelines. */
  commit(changes: readonly StoreChange[], batches: ReadonlyMap<RoomId, TimelineBatch>): Promise<void> {
    return this.#write(async () => {
      if (batches.size === 0) return changes;
      const { kept, changes: evicted } = await this.#admit([...batches.keys()]);
      const added: StoreChange[] = [];
      const slices = new Slices();
      for (const [roomId, batch] of batches) {
        if (kept.has(roomId)) added.push(...(await this.#append(roomId, batch)));
        if (slices.isOver) await slices.next();
      }
      return [...changes, ...evicted, ...added];
    });
  }

  /** Keeps a page of history, if it continues what is kept and there is room for it. */
  prepend(roomId: RoomId, { from, events, before, isStart }: CachedPage): Promise<void> {
    return this.#write(async () => {
      const head = await this.#head(roomId);
      if (!head || (head.older[0] ?? head).before !== from || sizeOf(head) >= keptEvents) return [];
      const n = Math.min(0, ...head.older.map((chunk) => chunk.n)) - 1;
      const older = [{ n, size: events.length, before, isStart }, ...head.older];
      return [chunkChange(roomId, n, events.map(toKept)), this.#set(roomId, { ...head, older })];
    });
  }

  /** Keeps another state of an event, as when its key came late. */
  replace(roomId: RoomId, event: ClientEventWithoutRoomId): Promise<void> {
    const change = (kept: Kept): Kept => (kept[0].event_id === event.event_id ? toKept(event) : kept);
    return this.#write(async () => {
      const head = await this.#head(roomId);
      return head ? this.#rewrite(roomId, head, [], change) : [];
    });
  }

  /** Forgets a room. */
  forget(roomId: RoomId): Promise<void> {
    return this.#write(async () => {
      const rooms = await this.#knownRooms();
      if (!rooms.delete(roomId)) return [];
      return [...(await this.#remove(roomId)), { table: "timeline", key: roomsKey, value: [...rooms] }];
    });
  }

  /** Somebody else has emptied the store. */
  reset(): void {
    this.#heads.clear();
    this.#rooms = undefined;
  }

  #write(make: () => Promise<readonly StoreChange[]>): Promise<void> {
    return this.#queue.run("write", async () => {
      try {
        const changes = await make();
        if (changes.length > 0) await this.#parts.store.write(changes);
      } catch (error) {
        // What is known here is no longer what is stored.
        this.reset();
        throw error;
      }
    });
  }

  /** Decides of which rooms events are kept, now that there are new ones of some; others are forgotten. */
  async #admit(ids: readonly RoomId[]): Promise<{ readonly kept: ReadonlySet<RoomId>; readonly changes: readonly StoreChange[] }> {
    const known = await this.#knownRooms();
    const all = new Set([...known, ...ids]);
    if (all.size === known.size) return { kept: known, changes: [] };
    const lastTs = (id: RoomId): number => this.#parts.room(id)?.lastTs ?? 0;
    const kept = all.size > maxRooms ? new Set([...all].sort((a, b) => lastTs(b) - lastTs(a)).slice(0, maxRooms)) : all;
    const changes: StoreChange[] = [{ table: "timeline", key: roomsKey, value: [...kept] }];
    for (const id of known) if (!kept.has(id)) changes.push(...(await this.#remove(id)));
    this.#rooms = kept;
    return { kept, changes };
  }

  async #append(roomId: RoomId, { gap, events, isReset, before, beforeEvents }: TimelineBatch): Promise<readonly StoreChange[]> {
    const known = await this.#head(roomId);
    const isWhole = gap.length + events.length <= maxBatch;
    if (known && !isReset && isWhole) {
      const changes: StoreChange[] = [];
      let head: Head = { ...known, events: [...known.events, ...gap.map(toKept)] };
      // There is no token for the place before the gap.
      if (head.events.length + events.length > headEvents) head = moveToChunk(roomId, head, { changes, before: beforeEvents });
      head = dropOldest(roomId, { ...head, events: [...head.events, ...events.map(toKept)] }, changes);
      return [...changes, ...(await this.#redact(roomId, head, { events: [...gap, ...events], changes }))];
    }
    const removed = known ? await this.#remove(roomId) : [];
    const fresh: Head =
      isReset && isWhole
        ? { older: [], before, events: [...gap, ...events].map(toKept) }
        : { older: [], before: beforeEvents, events: events.map(toKept) };
    return [...removed, ...(await this.#redact(roomId, fresh, { events: [...gap, ...events], changes: removed }))];
  }

  /** Sets the head of a room, without what was redacted by events that have just come. */
  async #redact(roomId: RoomId, head: Head, { events, changes }: FreshEvents): Promise<readonly StoreChange[]> {
    const rules = roomRules((this.#parts.room(roomId) ?? emptyRoomData(roomId)).state);
    const redactions = new Map<EventId, ClientEventWithoutRoomId>();
    for (const event of events) {
      const target = redactsOf(event, rules);
      if (target !== undefined) redactions.set(target, event);
    }
    if (redactions.size === 0) return [this.#set(roomId, head)];
    return this.#rewrite(roomId, head, changes, (kept) => {
      const redaction = redactions.get(kept[0].event_id);
      return redaction && kept[0].unsigned?.redacted_because === undefined ? [redactEvent(kept[0], redaction, rules)] : kept;
    });
  }

  async #rewrite(roomId: RoomId, head: Head, made: readonly StoreChange[], change: (kept: Kept) => Kept): Promise<readonly StoreChange[]> {
    const changes: StoreChange[] = [];
    for (const { n } of head.older) {
      const written = made.find(({ key }) => key === chunkKey(roomId, n));
      const events = written ? readKept(written.value) : await this.#chunk(roomId, n);
      const changed = events.map(change);
      if (changed.some((kept, index) => kept !== events[index])) changes.push(chunkChange(roomId, n, changed));
    }
    return [...changes, this.#set(roomId, { ...head, events: head.events.map(change) })];
  }

  async #remove(roomId: RoomId): Promise<readonly StoreChange[]> {
    const head = await this.#head(roomId);
    this.#heads.delete(roomId);
    const chunks = head?.older.map(({ n }) => chunkChange(roomId, n, undefined)) ?? [];
    return [...chunks, { table: "timeline", key: roomId, value: undefined }];
  }

  #set(roomId: RoomId, head: Head): StoreChange {
    this.#heads.set(roomId, head);
    return { table: "timeline", key: roomId, value: head };
  }

  async #head(roomId: RoomId): Promise<Head | undefined> {
    const known = this.#heads.get(roomId);
    if (known) return known;
    if (!(await this.#knownRooms()).has(roomId)) return undefined;
    const value = await this.#parts.store.get("timeline", roomId);
    if (!isJsonObject(value) || !Array.isArray(value["older"])) return undefined;
    // Written from a Head; of the events each is checked.
    const head: Head = { ...(value as object as Head), events: readKept(value["events"]) };
    this.#heads.set(roomId, head);
    return head;
  }

  async #chunk(roomId: RoomId, n: number): Promise<readonly Kept[]> {
    return readKept(await this.#parts.store.get("timeline", chunkKey(roomId, n)));
  }

  async #knownRooms(): Promise<Set<RoomId>> {
    const known = this.#rooms ?? new Set(readRooms(await this.#parts.store.get("timeline", roomsKey)));
    this.#rooms = known;
    return known;
  }
}

function sizeOf({ older, events }: Head): number {
  return older.reduce((sum, { size }) => sum + size, events.length);
}

/** Gives the newest events a row of their own. */
function moveToChunk(
  roomId: RoomId,
  { older, events, before, isStart }: Head,
  next: { readonly changes: StoreChange[]; readonly before: string | undefined },
): Head {
  if (events.length === 0) return { older, before: next.before, events };
  const n = Math.max(-1, ...older.map((chunk) => chunk.n)) + 1;
  next.changes.push(chunkChange(roomId, n, events));
  return { older: [...older, { n, size: events.length, before, isStart }], before: next.before, events: [] };
}

function dropOldest(roomId: RoomId, head: Head, changes: StoreChange[]): Head {
  let { older } = head;
  for (let size = sizeOf(head); older[0] && size - older[0].size >= keptEvents; older = older.slice(1)) {
    size -= older[0].size;
    // A row that is to be written at the same time is not there yet: changes are made in order.
    changes.push(chunkChange(roomId, older[0].n, undefined));
  }
  return { ...head, older };
}

function chunkKey(roomId: RoomId, n: number): string {
  return JSON.stringify([roomId, n]);
}

function chunkChange(roomId: RoomId, n: number, value: readonly Kept[] | undefined): StoreChange {
  return { table: "timeline", key: chunkKey(roomId, n), value };
}

function toKept(event: ClientEventWithoutRoomId): Kept {
  const encryption = encryptionOf(event);
  return encryption ? [event, encryption] : [event];
}

function readKept(value: unknown): readonly Kept[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((kept: unknown): Kept[] => {
    if (!Array.isArray(kept)) return [];
    const event = ClientEventWithoutRoomId.safeParse(kept[0]);
    if (!event.ok) return [];
    return [isJsonObject(kept[1]) ? [event.value, kept[1]] : [event.value]];
  });
}

function readRooms(value: unknown): readonly RoomId[] {
  return Array.isArray(value) ? value.filter((id: unknown) => isRoomId(id)) : [];
}
