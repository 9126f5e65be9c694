import type { ClientEventWithoutRoomId } from "@patrix/events";
import type { RoomId } from "@patrix/identifiers";
import type { SyncChanges, TimelineBatch } from "../base/sync-changes.ts";
import { type Subscription, subscription } from "../live/subscription.ts";
import type { Loaded } from "../loaded.ts";
import type { StoreChange } from "../stores/store.ts";
import type { CachedPage, CachedTimeline, EventCache } from "./event-cache.ts";

/** Who follows the events of a room. */
export interface RoomWatcher {
  onBatch(batch: TimelineBatch): void;
  /** An event is something else now, as when its key came late. */
  onReplaced(event: ClientEventWithoutRoomId): void;
  /** Nothing is known any more. */
  onForgotten(): void;
}

/** The last events of a room, and what came since they were stored. */
export interface KnownTimeline {
  readonly cached: CachedTimeline;
  readonly pending: readonly TimelineBatch[];
}

/** Brings what sync tells of rooms to those who look at them, and into the cache. */
export class TimelineFeed {
  readonly #load: Loaded<EventCache>;
  #loaded: EventCache | undefined;
  readonly #watchers = new Map<RoomId, Set<RoomWatcher>>();
  /** What came and is not stored: it is when everybody is done with its events. */
  readonly #pending = new Map<RoomId, TimelineBatch[]>();

  /** Takes what loads the cache. */
  constructor(load: Loaded<EventCache>) {
    this.#load = load;
  }

  /** Follows the events of a room. */
  watch(roomId: RoomId, watcher: RoomWatcher): Subscription {
    const watchers = this.#watchers.get(roomId) ?? new Set();
    this.#watchers.set(roomId, watchers.add(watcher));
    return subscription(() => {
      watchers.delete(watcher);
      if (watchers.size === 0 && this.#watchers.get(roomId) === watchers) this.#watchers.delete(roomId);
    });
  }

  /** Reads what is known of a room. Whoever watches it already misses nothing. */
  async load(roomId: RoomId): Promise<KnownTimeline> {
    const pending = [...(this.#pending.get(roomId) ?? [])];
    return { cached: await (await this.#cache()).load(roomId), pending };
  }

  /** Hands out what a sync brought; gives what is to be stored. */
  deliver({ rooms }: SyncChanges): ReadonlyMap<RoomId, TimelineBatch> {
    const batches = new Map<RoomId, TimelineBatch>();
    for (const [roomId, { batch }] of rooms) {
      if (!batch) continue;
      batches.set(roomId, batch);
      const pending = this.#pending.get(roomId) ?? [];
      this.#pending.set(roomId, pending);
      pending.push(batch);
      for (const watcher of this.#watchers.get(roomId) ?? []) watcher.onBatch(batch);
    }
    return batches;
  }

  /** Stores changes together with what was handed out. */
  async persist(changes: readonly StoreChange[], batches: ReadonlyMap<RoomId, TimelineBatch>): Promise<void> {
    await (await this.#cache()).commit(changes, batches);
    for (const [roomId, batch] of batches) {
      const left = this.#pending.get(roomId)?.filter((other) => other !== batch) ?? [];
      if (left.length === 0) this.#pending.delete(roomId);
      else this.#pending.set(roomId, left);
    }
  }

  /** What is not stored comes again. */
  goBack(): void {
    this.#pending.clear();
  }

  /** An event is something else now. */
  async replace(roomId: RoomId, event: ClientEventWithoutRoomId): Promise<void> {
    for (const watcher of this.#watchers.get(roomId) ?? []) watcher.onReplaced(event);
    await (await this.#cache()).replace(roomId, event);
  }

  /** Keeps a page of history, if it continues what is kept. */
  async prepend(roomId: RoomId, page: CachedPage): Promise<void> {
    await (await this.#cache()).prepend(roomId, page);
  }

  /** Forgets a room. */
  async forget(roomId: RoomId): Promise<void> {
    this.#pending.delete(roomId);
    for (const watcher of this.#watchers.get(roomId) ?? []) watcher.onForgotten();
    await (await this.#cache()).forget(roomId);
  }

  /** Somebody else has emptied the store. */
  reset(): void {
    this.#pending.clear();
    // One that is not there yet knows nothing.
    this.#loaded?.reset();
    for (const watchers of this.#watchers.values()) for (const watcher of watchers) watcher.onForgotten();
  }

  async #cache(): Promise<EventCache> {
    return (this.#loaded ??= await this.#load());
  }
}
