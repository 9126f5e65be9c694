/** What a {@link Scheduler} has to know of a transaction. */
export interface Schedulable {
  readonly writes: boolean;
  /** The object stores that it may touch. */
  readonly scope: ReadonlySet<object>;
  /** Lets it begin. */
  start(): void;
}

/**
 * Decides when transactions of one file begin: those that only read side by side, one that writes alone in its scope. Of those
 * that write, one at a time runs in a file, since SQLite has one writer.
 *
 * @see {@link https://w3c.github.io/IndexedDB/#transaction-scheduling}
 */
export class Scheduler {
  /** Those that have not ended, in the order in which they were made. */
  readonly #live = new Set<Schedulable>();
  readonly #started = new Set<Schedulable>();

  /** Adds a transaction; it begins at once if it may. */
  add(transaction: Schedulable): void {
    this.#live.add(transaction);
    if (![...this.#live].some((other) => other !== transaction && excludes(other, transaction))) this.#start(transaction);
  }

  /** Takes a transaction that has ended out, so that those that waited for it begin. */
  remove(transaction: Schedulable): void {
    if (!this.#live.delete(transaction)) return;
    this.#started.delete(transaction);
    if (this.#live.size === this.#started.size) return;
    const before: Schedulable[] = [];
    for (const other of this.#live) {
      if (!this.#started.has(other) && !before.some((earlier) => excludes(earlier, other))) this.#start(other);
      // Readers that run exclude no reader: only those matter that may exclude somebody.
      before.push(other);
    }
  }

  #start(transaction: Schedulable): void {
    this.#started.add(transaction);
    transaction.start();
  }
}

/** Whether a transaction has to wait for an earlier one. */
function excludes(earlier: Schedulable, later: Schedulable): boolean {
  if (!earlier.writes && !later.writes) return false;
  if (earlier.writes && later.writes) return true;
  for (const store of later.scope) if (earlier.scope.has(store)) return true;
  return false;
}
