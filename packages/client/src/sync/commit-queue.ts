import type { RoomId } from "@patrix/identifiers";
import type { TimelineBatch } from "../base/sync-changes.ts";
import type { StoreChange } from "../stores/store.ts";

/** What one sync response leaves to be stored. */
export interface Commit {
  readonly changes: readonly StoreChange[];
  /** What is new of the timelines of rooms. */
  readonly batches: ReadonlyMap<RoomId, TimelineBatch>;
  /** Where the next sync continues. */
  readonly token: string;
  /** Settles when everyone who listens to the events is done with them. */
  readonly handled: Promise<void>;
}

/** One commit of what several parts of an answer leave; no room is in two of them. */
export function joinCommits(parts: readonly Omit<Commit, "token">[]): Omit<Commit, "token"> {
  return {
    changes: parts.flatMap(({ changes }) => changes),
    batches: new Map(parts.flatMap(({ batches }) => [...batches])),
    handled: Promise.all(parts.map(({ handled }) => handled)).then(() => {}),
  };
}

/** Stores changes and what is new of timelines, all or nothing. */
export type Persist = (changes: readonly StoreChange[], batches: Commit["batches"]) => Promise<void>;

/** Responses that may wait for their listeners before sync waits for them too. */
const maxPending = 64;

/**
 * Stores sync responses in order, each with its token and only when its events were handled: after a crash they come
 * again, and what is stored always belongs to the token.
 */
export class CommitQueue {
  readonly #persist: Persist;
  #tail: Promise<void> = Promise.resolve();
  #pending = 0;
  #wake: (() => void) | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(persist: Persist) {
    this.#persist = persist;
  }

  /** Adds the next response; resolves at once, or when there is room for one more. @throws What storing an earlier one threw. */
  async add({ changes, batches, token, handled }: Commit): Promise<void> {
    if (this.#failure) throw this.#failure.error;
    this.#pending += 1;
    const before = this.#tail;
    this.#tail = (async () => {
      await before;
      await handled;
      await this.#persist([...changes, { table: "sync", key: "token", value: token }], batches);
      this.#pending -= 1;
      this.#wake?.();
    })();
    // A failure is told to whoever adds or waits next.
    this.#tail.catch((error: unknown) => {
      this.#failure ??= { error };
      this.#wake?.();
    });
    while (this.#pending > maxPending) await Promise.race([this.#tail, new Promise<void>((resolve) => (this.#wake = resolve))]);
  }

  /** Resolves when all is stored. @throws What storing threw. */
  settled(): Promise<void> {
    return this.#tail;
  }
}
