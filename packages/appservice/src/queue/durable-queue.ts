import { isJsonObject } from "@patrix/api";
import { type Logger, pauseMs } from "@patrix/client";
import { KeyedQueue, Semaphore, type TimerClock } from "@patrix/concurrency";
import { createTransactionId } from "@patrix/identifiers";
import { type AppserviceChange, type AppserviceStore, change } from "../store/appservice-store.ts";
import { inScope } from "./handler-scope.ts";
import { isPatient, RetryLater } from "./retry-later.ts";

/** What waits to be handled. */
export interface QueueItem<T> {
  /** Unique for ever. */
  readonly id: string;
  /** Items of the same lane are handled one after the other, in the order in which they came. */
  readonly lane: string;
  /** Any JSON value. */
  readonly value: T;
}

/** An item whose handler has failed too often, kept for people to look at. */
export interface SetAsideItem<T> extends QueueItem<T> {
  /** What the handler threw last. */
  readonly reason: string;
  /** Milliseconds since the Unix epoch. */
  readonly setAsideTs: number;
}

/** What a {@link DurableQueue} is made of. */
export interface QueueParts<T> {
  readonly store: AppserviceStore;
  /** Tells the queues of one store apart; no colon. */
  readonly name: string;
  /** Handles an item; one that fails is handled again, and so is one that was under way in a crash. */
  readonly handle: (item: QueueItem<T>, signal: AbortSignal) => unknown;
  /** Resolves when an item may be handled; those that wait for that take no place from others. */
  readonly ready?: ((item: QueueItem<T>) => Promise<void>) | undefined;
  readonly clock: TimerClock;
  readonly logger: Logger;
  /** How often an item may fail by its own fault before it is set aside. Default: 5. */
  readonly tries?: number | undefined;
}

interface Entry<T> {
  readonly key: string;
  readonly item: QueueItem<T>;
}

/** How many items may wait; those who bring more are asked to come again. */
export const MAX_WAITING = 10_000;
/** How many items are kept that were set aside; the oldest go. */
export const MAX_SET_ASIDE = 1_000;
/** How many lanes are handled at once. */
const LANES_AT_ONCE = 32;
const MAX_PAUSE_MS = 60_000;
const DIGITS = 16;

/**
 * Work that is not lost: what is added is stored first, and forgotten when it was handled. The order within a lane is kept: an item that
 * fails is tried again, with growing pauses, before those after it.
 */
export class DurableQueue<T> implements AsyncDisposable {
  readonly #parts: QueueParts<T>;
  readonly #lanes = new KeyedQueue<string>();
  readonly #places = new Semaphore(LANES_AT_ONCE);
  readonly #stopped = new AbortController();
  readonly #under = new Set<Promise<void>>();
  /** How much waits in each lane. */
  readonly #inLanes = new Map<string, number>();
  /** What came before the start. */
  #held: Entry<T>[] | undefined;
  #seq: number;

  private constructor(parts: QueueParts<T>, waiting: Entry<T>[]) {
    this.#parts = parts;
    this.#held = waiting;
    this.#seq = sequenceOf(waiting.at(-1)?.key);
  }

  /** Takes up what the store holds; nothing is handled before {@link DurableQueue.start}. */
  static async open<T>(parts: QueueParts<T>): Promise<DurableQueue<T>> {
    return new DurableQueue(parts, await entries<T>(parts, "patrix.queue"));
  }

  /** How many items wait or are being handled. */
  get size(): number {
    return this.#under.size + (this.#held?.length ?? 0);
  }

  /** Whether so many items may be added; an empty queue takes any number. */
  hasRoomFor(count: number): boolean {
    return this.size === 0 || this.size + count <= MAX_WAITING;
  }

  /** Begins to handle. */
  start(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const entry of held) this.#begin(entry);
  }

  /**
   * Adds items; they are stored, in one commit with other changes, once it resolves. An item without an ID gets one.
   *
   * @throws What the store throws; then nothing was added.
   */
  async add(items: readonly (Omit<QueueItem<T>, "id"> & { id?: string })[], also: readonly AppserviceChange[] = []): Promise<void> {
    const added = items.map(({ id = createTransactionId(), lane, value }): Entry<T> => {
      this.#seq += 1;
      return { key: `${this.#parts.name}:${String(this.#seq).padStart(DIGITS, "0")}`, item: { id, lane, value } };
    });
    await this.#parts.store.write([...added.map(({ key, item }) => change("patrix.queue", key, item)), ...also]);
    for (const entry of added) {
      if (this.#held) this.#held.push(entry);
      else this.#begin(entry);
    }
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#under.size > 0) await Promise.all(this.#under);
  }

  /** Resolves when all that is now in lanes whose names begin so is handled, or set aside. */
  async lanesDone(prefix: string): Promise<void> {
    const lanes = [...this.#inLanes.keys()].filter((lane) => lane.startsWith(prefix));
    await Promise.all(lanes.map((lane) => this.#lanes.run(lane, async () => {})));
  }

  /** What was set aside, the oldest first. */
  async setAside(): Promise<SetAsideItem<T>[]> {
    const found = await entries<T>(this.#parts, "patrix.set-aside");
    return found.map(({ item }) => item as SetAsideItem<T>);
  }

  /** Handles an item again that was set aside, behind all that waits. @returns Whether there is one. */
  async retry(id: string): Promise<boolean> {
    const found = (await entries<T>(this.#parts, "patrix.set-aside")).find(({ item }) => item.id === id);
    if (!found) return false;
    const { lane, value } = found.item;
    await this.add([{ id, lane, value }], [change("patrix.set-aside", found.key, undefined)]);
    return true;
  }

  /** Stops; what is being handled is waited for, and what waits is handled after the next start. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    await this.idle();
  }

  #begin(entry: Entry<T>): void {
    const { lane } = entry.item;
    this.#inLanes.set(lane, (this.#inLanes.get(lane) ?? 0) + 1);
    const work = this.#lanes
      .run(lane, () => this.#work(entry))
      .finally(() => {
        this.#under.delete(work);
        const left = (this.#inLanes.get(lane) ?? 1) - 1;
        if (left > 0) this.#inLanes.set(lane, left);
        else this.#inLanes.delete(lane);
      });
    this.#under.add(work);
  }

  async #work(entry: Entry<T>): Promise<void> {
    const { logger, clock, tries = 5 } = this.#parts;
    const { signal } = this.#stopped;
    for (let attempt = 1, faults = 0; !signal.aborted; attempt += 1) {
      try {
        await this.#handle(entry);
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (!isPatient(error)) faults += 1;
        if (faults >= tries && (await this.#putAside(entry, error))) return;
        const pause = (error instanceof RetryLater ? error.afterMs : undefined) ?? pauseMs(error, attempt, MAX_PAUSE_MS);
        logger[attempt === 1 ? "warn" : "debug"](`${this.#describe(entry)} failed; again in ${pause} ms`, error);
        await clock.sleep(pause, signal).catch(() => {});
      }
    }
  }

  async #handle({ key, item }: Entry<T>): Promise<void> {
    const { store, handle, ready } = this.#parts;
    await ready?.(item);
    await this.#places.run(async () => inScope(item.id, async () => handle(item, this.#stopped.signal)));
    await store.write([change("patrix.queue", key, undefined)]);
  }

  /** Keeps an item that cannot be handled, and lets its lane go on. @returns Whether that could be stored. */
  async #putAside(entry: Entry<T>, error: unknown): Promise<boolean> {
    const { store, logger, clock } = this.#parts;
    const { key, item } = entry;
    const kept: SetAsideItem<T> = { ...item, reason: String(error), setAsideTs: clock.now() };
    try {
      const before = await entries<T>(this.#parts, "patrix.set-aside");
      const tooMany = before.slice(0, Math.max(0, before.length + 1 - MAX_SET_ASIDE));
      const forgotten = tooMany.map((old) => change("patrix.set-aside", old.key, undefined));
      // By the time, so that the oldest are first whatever their places in the queue were.
      const place = `${this.#parts.name}:${String(kept.setAsideTs).padStart(DIGITS, "0")}:${item.id}`;
      await store.write([change("patrix.queue", key, undefined), change("patrix.set-aside", place, kept), ...forgotten]);
    } catch (failure) {
      logger.error(`${this.#describe(entry)} could not be set aside`, failure);
      return false;
    }
    logger.error(`${this.#describe(entry)} is set aside: it has failed too often`, error);
    return true;
  }

  #describe({ item }: Entry<T>): string {
    return `${this.#parts.name}: the handler of ${item.id} in ${item.lane}`;
  }
}

function sequenceOf(key: string | undefined): number {
  return key === undefined ? 0 : Number(key.slice(-DIGITS));
}

/** What a table holds of a queue, in its order. */
async function entries<T>(
  { store, name }: Pick<QueueParts<T>, "store" | "name">,
  table: "patrix.queue" | "patrix.set-aside",
): Promise<Entry<T>[]> {
  const all = [...(await store.all(table))].filter(([key]) => key.startsWith(`${name}:`));
  return all.toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([key, item]) => (isItem<T>(item) ? [{ key, item }] : []));
}

function isItem<T>(value: unknown): value is QueueItem<T> {
  return isJsonObject(value) && typeof value["id"] === "string" && typeof value["lane"] === "string";
}
