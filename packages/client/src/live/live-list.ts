import type { Abortable } from "../abortable.ts";
import { diffLists, type DiffOptions, type ListDiff } from "./list-diff.ts";
import { type Live, LiveValue } from "./live.ts";

/** A list that changes: a {@link Live} that can also say what changed. */
export interface LiveList<T> extends Live<readonly T[]> {
  /** First one `reset` with the items now, then the steps of each change, none left out. Ends when the signal aborts. */
  diffs(options?: Abortable): AsyncIterable<readonly ListDiff<T>[]>;
  /** Whether items are being fetched. */
  readonly loading: Live<boolean>;
}

/** Steps that wait for a slow reader before they are replaced by one `reset`. */
const maxWaiting = 1024;

/** A {@link LiveList} that its owner can set. */
export class LiveListValue<T> extends LiveValue<readonly T[]> implements LiveList<T> {
  readonly loading: LiveValue<boolean> = new LiveValue(false);
  readonly #readers = new Set<(diffs: readonly ListDiff<T>[]) => void>();
  readonly #keyOf: DiffOptions<T>["keyOf"];

  /** @param keyOf What stays the same while an item is replaced by another state of it. Default: the item itself. */
  constructor(items: readonly T[], keyOf?: DiffOptions<T>["keyOf"]) {
    super(items);
    this.#keyOf = keyOf;
  }

  /** Sets the items. Items in `touched` have changed in themselves. */
  update(items: readonly T[], touched?: ReadonlySet<T>): void {
    const diffs = this.#readers.size > 0 ? diffLists(this.value, items, { touched, keyOf: this.#keyOf }) : [];
    if (diffs.length > 0) for (const reader of this.#readers) reader(diffs);
    this.set(items);
  }

  async *diffs({ signal }: Abortable = {}): AsyncGenerator<readonly ListDiff<T>[], void, void> {
    let waiting: ListDiff<T>[] = [{ op: "reset", items: this.value }];
    let wake: (() => void) | undefined;
    const reader = (diffs: readonly ListDiff<T>[]): void => {
      // The value is set after the readers were told, so a reset is left to the moment of reading.
      if (waiting.length + diffs.length > maxWaiting) overflow = true;
      else waiting.push(...diffs);
      wake?.();
    };
    let overflow = false;
    const onAbort = (): void => wake?.();
    this.#readers.add(reader);
    const end = this.watch(() => this.#readers.delete(reader));
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      for (;;) {
        if (signal?.aborted === true) return;
        if (waiting.length === 0 && !overflow) {
          await new Promise<void>((resolve) => (wake = resolve));
          continue;
        }
        const next: readonly ListDiff<T>[] = overflow ? [{ op: "reset", items: this.value }] : waiting;
        waiting = [];
        overflow = false;
        yield next;
      }
    } finally {
      end();
      signal?.removeEventListener("abort", onAbort);
    }
  }
}
