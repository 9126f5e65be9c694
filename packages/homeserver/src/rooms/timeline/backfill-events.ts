import type { Core } from "../../log/core.ts";
import { operation, type WriteOperation } from "../../store/statement.ts";
import { eventsUpTo } from "../../store/statements/events.ts";
import { cursorsOf, deleteCursors, upsertCursor } from "../../store/statements/shards.ts";
import { nextTurn } from "../../turns.ts";
import type { EventCache } from "./event-cache.ts";
import type { StoredEvent } from "./stored-event.ts";

/** How many events are read at once. */
const READ_AT_ONCE = 200;

/** What an earlier release has not stored of events. */
export interface EventBackfill {
  /** The name of the cursor, which is there as long as something is missing. */
  readonly cursor: string;
  /** What is to be stored of some events. */
  readonly operations: (events: readonly StoredEvent[]) => readonly WriteOperation[];
  /** Runs once that is committed. */
  readonly publish?: (events: readonly StoredEvent[]) => void;
}

/**
 * Stores something of the events that an earlier release has stored without it, newest first, a few events at a time. It goes on where it
 * was when the server starts again, and ends for ever once it has come to the first event.
 */
export async function backfillEvents(
  { store, log }: Core,
  events: EventCache,
  { cursor, operations, publish }: EventBackfill,
  signal: AbortSignal,
): Promise<void> {
  let upTo = (await store.all(cursorsOf, cursor))[0]?.pos;
  while (upTo !== undefined && !signal.aborted) {
    await nextTurn();
    const from = upTo;
    const read = await events.read(() => store.all(eventsUpTo, from, READ_AT_ONCE));
    // The last one is read again, so that the cursor is always the number of an event.
    upTo = read.length < READ_AT_ONCE ? undefined : read.at(-1)?.nid;
    const moved = upTo === undefined ? operation(deleteCursors, cursor) : operation(upsertCursor, cursor, 0, upTo);
    await log.append({ positions: [], operations: [...operations(read), moved], publish: () => publish?.(read) });
  }
}
