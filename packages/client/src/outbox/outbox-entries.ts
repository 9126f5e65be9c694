import { LruCache } from "@patrix/concurrency";
import type { EventId, RoomId } from "@patrix/identifiers";
import { replaceLocalIds } from "../events/local-event-id.ts";
import { LiveListValue } from "../live/live-list.ts";
import type { OutboxEntry } from "./outbox-entry.ts";
import type { OutboxItem } from "./outbox-item.ts";
import { RoomWatchers } from "./room-watchers.ts";
import type { Sending } from "./sending.ts";

/** What is to be sent into a room, in order. */
export interface RoomQueue {
  readonly entries: OutboxEntry[];
  running: boolean;
}

/** Events that were sent or taken back last, which others may still name by their local IDs. */
const maxSettled = 1000;

/** What an outbox holds, and what became of what it held. */
export class OutboxEntries {
  readonly list: LiveListValue<Sending> = new LiveListValue<Sending>([]);
  readonly watchers: RoomWatchers = new RoomWatchers();
  readonly #rooms = new Map<RoomId, RoomQueue>();
  /** By local ID: as what it was sent, or that it never will be. */
  readonly #settled = new LruCache<EventId, EventId | "taken back">(maxSettled);
  #failed: readonly OutboxEntry[] = [];

  /** Queues by room. */
  get rooms(): Iterable<RoomQueue> {
    return this.#rooms.values();
  }

  /** What could not be sent, in order of failing. */
  get failed(): readonly OutboxEntry[] {
    return this.#failed;
  }

  /** All entries, in order of asking. */
  get all(): readonly OutboxEntry[] {
    return inOrder([...this.#rooms.values()].flatMap(({ entries }) => entries).concat(this.#failed));
  }

  /** The entries of a room, in order of asking. */
  in(roomId: RoomId): readonly OutboxEntry[] {
    return inOrder([...(this.#rooms.get(roomId)?.entries ?? []), ...this.#failed.filter(({ request }) => request.roomId === roomId)]);
  }

  /** The entry of a room that others name by a local ID. */
  find(roomId: RoomId, localId: EventId): OutboxEntry | undefined {
    return this.in(roomId).find((entry) => entry.localId === localId);
  }

  /** The ID that the server gave to an event; `undefined` if it was not sent, or long ago. */
  sentAs(localId: EventId): EventId | undefined {
    const settled = this.#settled.get(localId);
    return settled === "taken back" ? undefined : settled;
  }

  /** Whether an event will never be sent. */
  wasTakenBack(localId: EventId): boolean {
    return this.#settled.get(localId) === "taken back";
  }

  /** Notes what became of an event. */
  settle({ localId }: OutboxEntry, as: EventId | "taken back"): void {
    this.#settled.set(localId, as);
  }

  /** The item with the IDs of the server, as far as they are known; the same object if it names no local one. */
  withKnownIds<T extends Pick<OutboxItem, "content" | "redacts">>(item: T): T {
    const { content, redacts } = replaceLocalIds({ content: item.content, redacts: item.redacts }, (id) => this.sentAs(id));
    return content === item.content && redacts === item.redacts ? item : { ...item, content, redacts };
  }

  /** Puts an entry into the queue of its room, at its place. */
  add(entry: OutboxEntry): RoomQueue {
    const { roomId } = entry.request;
    const room = this.#rooms.get(roomId) ?? { entries: [], running: false };
    this.#rooms.set(roomId, room);
    room.entries.push(entry);
    room.entries.sort((a, b) => a.seq - b.seq);
    this.changed(roomId);
    return room;
  }

  /** Takes entries out of the queues. */
  remove(...gone: readonly OutboxEntry[]): void {
    for (const entry of gone) {
      const { roomId } = entry.request;
      const room = this.#rooms.get(roomId);
      const index = room?.entries.indexOf(entry) ?? -1;
      if (index >= 0) room?.entries.splice(index, 1);
      if (room?.entries.length === 0) this.#rooms.delete(roomId);
    }
    for (const roomId of new Set(gone.map(({ request }) => request.roomId))) this.changed(roomId);
  }

  /** Keeps entries as failed. */
  fail(...entries: readonly OutboxEntry[]): void {
    this.#failed = [...this.#failed, ...entries];
  }

  /** Keeps entries no longer as failed. */
  unfail(...entries: readonly OutboxEntry[]): void {
    this.#failed = this.#failed.filter((entry) => !entries.includes(entry));
  }

  /** Forgets everything; gives what was queued. */
  clear(): readonly OutboxEntry[] {
    const queued = [...this.#rooms.values()].flatMap(({ entries }) => entries.splice(0));
    this.#rooms.clear();
    this.#failed = [];
    this.#settled.clear();
    return queued;
  }

  /** Tells those who watch a room, or any. */
  changed(roomId?: RoomId): void {
    this.list.update(this.all.map(({ sending }) => sending));
    this.watchers.tell(roomId);
  }
}

function inOrder(entries: readonly OutboxEntry[]): readonly OutboxEntry[] {
  // One that has just failed is in two places for a moment.
  return [...new Set(entries)].sort((a, b) => a.seq - b.seq);
}
