import type { ProgramClock } from "@patrix/concurrency";
import { pauseFor } from "../pause-for.ts";
import { operation, type WriteOperation } from "../store/statement.ts";
import { cursorsOf, upsertCursor } from "../store/statements/shards.ts";
import type { Store } from "../store/store.ts";
import type { Log } from "./log.ts";
import { counterOf, lastCovered, type Position, position, type PositionVector, shardOf } from "./position.ts";

/** How far a cursor may run ahead of what is stored of it, in counters of the log. */
const UNSTORED_LIMIT = 10_000;
/** The most facts of one batch. */
const BATCH_LIMIT = 100;
/** How long a reader waits after a failure, doubled with each that follows, in milliseconds. */
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;

/** What a reader of the log goes by. */
export interface FollowedLog {
  readonly store: Store;
  readonly log: Log;
  /** By what it waits after a failure. */
  readonly clock: Pick<ProgramClock, "now" | "sleep">;
}

/** A stretch of one shard of the log: what comes after one position, up to another. */
export interface ShardStretch {
  readonly shard: number;
  readonly after: Position;
  readonly upTo: Position;
  readonly limit: number;
}

/** A fact of the log, with its position. */
export interface PlacedFact<Fact> {
  readonly pos: Position;
  readonly fact: Fact;
}

/** Reads the facts of one kind in a stretch, in the order of their positions, at most as many as the limit says. */
export type ReadFacts<Fact> = (stretch: ShardStretch) => Promise<readonly PlacedFact<Fact>[]>;

/** What a reader does, and with which facts. */
export interface LogReaderOptions<Fact> {
  /** The name of its cursor: it goes on where the reader of that name was. */
  readonly name: string;
  /** Where a reader begins whose name is new: with everything there is, or with what comes. */
  readonly start: "beginning" | "now";
  readonly read: ReadFacts<Fact>;
  /**
   * Handles a batch. The writes that it returns are committed together with the cursor, so each takes effect once. What
   * it does outside of the store is done at least once: after a crash the batch comes again. If it throws, the same batch
   * comes again after a while, and nothing is skipped.
   */
  readonly handle: (facts: readonly Fact[]) => Promise<readonly WriteOperation[]>;
  /**
   * Whether the writes of a batch and the cursor go with whatever is committed next, for readers that hand on what they have
   * found from memory: they cost no commit of their own.
   */
  readonly carries?: boolean;
  /** Told when the writes of a batch are committed; not where the reader carries. */
  readonly stored?: () => void;
  /** Told of each failure, and how long the reader waits. */
  readonly failed?: (error: unknown, retryMs: number) => void;
}

/**
 * Follows the log with a durable cursor: hands over every fact of a kind, in order within its shard, as it is committed.
 * Everything that acts on what happened reads the log in this way: push, search, application services, federation.
 */
export class LogReader<Fact> implements AsyncDisposable {
  readonly #log: Log;
  readonly #clock: FollowedLog["clock"];
  readonly #options: LogReaderOptions<Fact>;
  /** Handled up to here, by shard. */
  readonly #done: Position[];
  /** So much of that is on its way into the store: where nothing of the kind comes, the cursor is not moved each time. */
  readonly #noted: Position[];
  /** So much is stored. */
  readonly #stored: Position[];
  readonly #stopListening: () => void;
  readonly #stopped = new AbortController();
  #wake: (() => void) | undefined;
  /** Those who wait for the reader to get on. */
  #followers: (() => void)[] = [];
  #isFailing = false;
  #running: Promise<void>;

  private constructor({ log, clock }: FollowedLog, options: LogReaderOptions<Fact>, done: Position[]) {
    this.#log = log;
    this.#clock = clock;
    this.#options = options;
    this.#done = done;
    this.#noted = [...done];
    this.#stored = [...done];
    this.#stopListening = log.onCommit(() => this.#wake?.());
    this.#running = this.#run();
  }

  /** Opens the cursor and begins to follow. */
  static async open<Fact>(followed: FollowedLog, options: LogReaderOptions<Fact>): Promise<LogReader<Fact>> {
    const { store, log } = followed;
    const stored = new Map((await store.all(cursorsOf, options.name)).map(({ shard, pos }) => [shard, pos]));
    const { committed } = log;
    const begin = (shard: number): Position => (options.start === "now" && stored.size === 0 ? lastCovered(committed, shard) : 0);
    const done = Array.from(committed, (_, shard) => stored.get(shard) ?? begin(shard));
    if (stored.size === 0)
      await log.append({ positions: [], operations: done.map((pos, shard) => operation(upsertCursor, options.name, shard, pos)) });
    return new LogReader(followed, options, done);
  }

  /** How far it has got. */
  get cut(): PositionVector {
    return this.#done.map((pos) => counterOf(pos));
  }

  /**
   * Waits until everything up to a cut is handled. A reader that fails holds nobody up.
   *
   * @returns Nothing where there is nothing to wait for.
   */
  reached(cut: PositionVector): Promise<void> | undefined {
    return this.#isBehind(cut) ? this.#follow(cut) : undefined;
  }

  /** Whether what was written about everything up to a position is committed. */
  isStored(pos: Position): boolean {
    return pos <= (this.#stored[shardOf(pos)] ?? 0);
  }

  /** Stops after the batch that is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    this.#stopListening();
    this.#wake?.();
    await this.#running;
    this.#tellFollowers();
  }

  async #run(): Promise<void> {
    const { failed } = this.#options;
    let retryMs = FIRST_RETRY_MS;
    while (!this.#stopped.signal.aborted) {
      try {
        const hasMore = await this.#step();
        this.#isFailing = false;
        this.#tellFollowers();
        retryMs = FIRST_RETRY_MS;
        if (!hasMore) await this.#news();
      } catch (error) {
        if (this.#stopped.signal.aborted) return;
        this.#isFailing = true;
        this.#tellFollowers();
        failed?.(error, retryMs);
        await pauseFor(this.#clock, retryMs, this.#stopped.signal);
        retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
      }
    }
  }

  /** Handles the next batch of each shard. @returns Whether there may be more. */
  async #step(): Promise<boolean> {
    const { committed } = this.#log;
    let hasMore = false;
    for (const [shard, after] of this.#done.entries()) {
      const end = lastCovered(committed, shard);
      if (after >= end || this.#stopped.signal.aborted) continue;
      const facts = await this.#options.read({ shard, after, upTo: end, limit: BATCH_LIMIT });
      const isFull = facts.length === BATCH_LIMIT;
      const upTo = isFull ? (facts.at(-1)?.pos ?? end) : end;
      if (facts.length > 0) await this.#handle(facts, shard, upTo);
      else if (upTo - (this.#noted[shard] ?? 0) > position(UNSTORED_LIMIT, 0)) this.#carry(shard, upTo);
      this.#done[shard] = upTo;
      hasMore ||= isFull;
    }
    return hasMore;
  }

  async #handle(facts: readonly PlacedFact<Fact>[], shard: number, upTo: Position): Promise<void> {
    const { name, handle, carries, stored } = this.#options;
    const operations = await handle(facts.map(({ fact }) => fact));
    if (carries) return this.#carry(shard, upTo, operations);
    await this.#log.append({ positions: [], operations: [...operations, operation(upsertCursor, name, shard, upTo)] });
    this.#noted[shard] = upTo;
    this.#stored[shard] = upTo;
    stored?.();
  }

  /** Lets the next batch of the log take the cursor along, and what was written about the facts up to it. */
  #carry(shard: number, upTo: Position, operations: readonly WriteOperation[] = []): void {
    const cursor = operation(upsertCursor, this.#options.name, shard, upTo);
    this.#noted[shard] = upTo;
    this.#log.carry([...operations, cursor], () => (this.#stored[shard] = upTo));
  }

  #isBehind(cut: PositionVector): boolean {
    return !this.#isFailing && this.#done.some((pos, shard) => pos < lastCovered(cut, shard));
  }

  async #follow(cut: PositionVector): Promise<void> {
    while (this.#isBehind(cut) && !this.#stopped.signal.aborted) await new Promise<void>((resolve) => this.#followers.push(resolve));
  }

  #tellFollowers(): void {
    for (const resolve of this.#followers.splice(0)) resolve();
  }

  /** Resolves at the next commit, or when the reader is stopped. */
  #news(): Promise<void> {
    const isBehind = this.#done.some((pos, shard) => pos < lastCovered(this.#log.committed, shard));
    if (isBehind || this.#stopped.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => (this.#wake = resolve));
  }
}
