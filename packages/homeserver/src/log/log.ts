import { operation, type WriteOperation } from "../store/statement.ts";
import type { Store } from "../store/store.ts";
import { allShards, insertShard, updateShard } from "../store/statements/shards.ts";
import { counterOf, type Position, position, type PositionVector, shardOf } from "./position.ts";

/** The most entries that one transaction commits. */
const BATCH_LIMIT = 256;
/** The most entries that may wait; past it the server sheds load. */
const QUEUE_LIMIT = 20_000;
/** Counters that a restart skips, so that no position is ever used twice. */
const RESTART_GAP = 64;

/** Facts that are stored together, or not at all. */
export interface LogEntry {
  /** The positions that the facts took, from {@link Log.next} in the same tick. */
  readonly positions: readonly Position[];
  readonly operations: readonly WriteOperation[];
  /** Runs after the commit and before anyone is told: makes the facts visible in memory. */
  readonly publish?: (() => void) | undefined;
  /** Runs if the commit failed: drops what memory assumed. */
  readonly revert?: (() => void) | undefined;
}

/** An operation that goes with the next batch, and who hears of its commit. */
interface Carried {
  readonly operations: readonly WriteOperation[];
  readonly committed: (() => void) | undefined;
}

interface QueuedEntry extends LogEntry {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The log: every durable fact takes the next position of its shard, and batches are committed in that order.
 * Nothing is visible or acknowledged before its commit.
 */
export class Log {
  readonly #store: Store;
  readonly #assigned: number[];
  readonly #committed: number[];
  readonly #epochs: readonly number[];
  #queue: QueuedEntry[] = [];
  #carried: Carried[] = [];
  #committing = false;
  #scheduled = false;
  #idle: (() => void)[] = [];
  readonly #listeners = new Set<(committed: PositionVector) => void>();

  private constructor(store: Store, committed: number[], epochs: readonly number[]) {
    this.#store = store;
    this.#committed = committed;
    this.#epochs = epochs;
    this.#assigned = committed.map((counter) => (counter === 0 ? 0 : counter + RESTART_GAP));
  }

  /** Reads how far each shard has got; makes the shards at the first start. */
  static async open(store: Store, shards = 1): Promise<Log> {
    let rows = await store.all(allShards);
    // Positions and tokens hold for the number of shards that the data was made with.
    if (rows.length === 0) {
      await store.commit(Array.from({ length: shards }, (_, shard) => operation(insertShard, shard, 1, 0)));
      rows = await store.all(allShards);
    }
    const counters = rows.map((row) => counterOf(row.last_pos));
    return new Log(
      store,
      counters,
      rows.map((row) => row.epoch),
    );
  }

  /** How many shards there are. */
  get shards(): number {
    return this.#committed.length;
  }

  /** How far the log is committed and visible. */
  get committed(): PositionVector {
    return this.#committed.slice();
  }

  /** Whether so much waits to be written that new work should be refused for a while. */
  get overloaded(): boolean {
    return this.#queue.length >= QUEUE_LIMIT;
  }

  /**
   * Takes the next position of a shard; the entry that uses it must be appended in the same tick.
   *
   * @param skipped - How many counters nothing ever gets.
   */
  next(shard: number, skipped = 0): Position {
    const counter = (this.#assigned[shard] ?? 0) + skipped + 1;
    this.#assigned[shard] = counter;
    return position(counter, shard);
  }

  /** Queues facts for the next batch; resolves when they are durable and visible. */
  append(entry: LogEntry): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ ...entry, resolve, reject });
      if (this.#committing || this.#scheduled) return;
      this.#scheduled = true;
      setImmediate(() => void this.#drain());
    });
  }

  /**
   * Adds operations that the next batch commits before its entries, all in one; they are kept until a commit succeeds, of which
   * `committed` tells.
   */
  carry(operations: WriteOperation | readonly WriteOperation[], committed?: () => void): void {
    this.#carried.push({ operations: "write" in operations ? [operations] : operations, committed });
  }

  /** Calls back after each batch is visible. @returns A function that ends that. */
  onCommit(listener: (committed: PositionVector) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Resolves when nothing waits to be written, carried operations included. */
  flushed(): Promise<void> {
    if (this.#committing || this.#queue.length > 0) return new Promise((resolve) => this.#idle.push(resolve));
    return this.#carried.length === 0 ? Promise.resolve() : this.append({ positions: [], operations: [] });
  }

  async #drain(): Promise<void> {
    this.#scheduled = false;
    this.#committing = true;
    while (this.#queue.length > 0) {
      const batch = this.#queue.length > BATCH_LIMIT ? this.#queue.splice(0, BATCH_LIMIT) : this.#queue;
      if (batch === this.#queue) this.#queue = [];
      await this.#commit(batch);
    }
    this.#committing = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #commit(batch: readonly QueuedEntry[]): Promise<void> {
    const ends = this.#ends(batch);
    const carried = this.#carried;
    this.#carried = [];
    const operations = [...carried.flatMap((entry) => entry.operations), ...batch.flatMap((entry) => entry.operations)];
    for (const [shard, counter] of ends) operations.push(operation(updateShard, shard, this.#epochs[shard] ?? 1, position(counter, shard)));
    try {
      await this.#store.commit(operations);
    } catch (error) {
      this.#carried.unshift(...carried);
      // What was queued meanwhile may build on what was not stored, and goes with it.
      for (const entry of [...batch, ...this.#queue.splice(0)]) settle(entry, error);
      return;
    }
    for (const [shard, counter] of ends) this.#committed[shard] = counter;
    for (const { committed } of carried) committed?.();
    for (const entry of batch) settle(entry);
    const committed = this.committed;
    for (const listener of this.#listeners) listener(committed);
  }

  #ends(batch: readonly QueuedEntry[]): Map<number, number> {
    const ends = new Map<number, number>();
    for (const { positions } of batch)
      for (const pos of positions) ends.set(shardOf(pos), Math.max(ends.get(shardOf(pos)) ?? 0, counterOf(pos)));
    return ends;
  }
}

/** Publishes or reverts an entry and answers whoever waits for it. What it throws concerns nobody else. */
function settle(entry: QueuedEntry, failure?: unknown): void {
  try {
    if (failure === undefined) entry.publish?.();
    else entry.revert?.();
  } catch (error) {
    return entry.reject(failure ?? error);
  }
  if (failure === undefined) entry.resolve();
  else entry.reject(failure);
}
