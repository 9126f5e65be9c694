import type { Core } from "../../log/core.ts";
import { operation } from "../../store/statement.ts";
import { eventsUpTo } from "../../store/statements/events.ts";
import { cursorsOf, deleteCursors, upsertCursor } from "../../store/statements/shards.ts";
import { nextTurn } from "../../turns.ts";
import { relateOperations } from "./relation-operations.ts";
import { eventRelation } from "./event-relation.ts";
import type { EventCache } from "./event-cache.ts";
import type { Relations } from "./relations.ts";
import type { StoredEvent } from "./stored-event.ts";

/** The name of the cursor, which is there as long as events have relations that are not stored. */
const CURSOR = "relations";
/** How many events are read at once. */
const READ_AT_ONCE = 200;

/**
 * Stores the relations of events that an earlier release has stored without them, newest first, a few events at a time. It goes on
 * where it was when the server starts again, and ends for ever once it has come to the first event.
 */
export async function backfillRelations(core: Core, events: EventCache, relations: Relations, signal: AbortSignal): Promise<void> {
  const { store, log } = core;
  let upTo = (await store.all(cursorsOf, CURSOR))[0]?.pos;
  while (upTo !== undefined && !signal.aborted) {
    await nextTurn();
    const from = upTo;
    const read = await events.read(() => store.all(eventsUpTo, from, READ_AT_ONCE));
    const related = read.flatMap((event) => relationOf(event) ?? []);
    // The last one is read again, so that the cursor is always the number of an event.
    upTo = read.length < READ_AT_ONCE ? undefined : read.at(-1)?.nid;
    const moved = upTo === undefined ? operation(deleteCursors, CURSOR) : operation(upsertCursor, CURSOR, 0, upTo);
    await log.append({
      positions: [],
      operations: [...related.flatMap(({ event, relation }) => relateOperations(event.nid, relation)), moved],
      publish: () => {
        for (const { event, relation } of related) relations.changed(event.fields.roomNid, relation.targetId);
      },
    });
  }
}

function relationOf(event: StoredEvent) {
  const relation = eventRelation(event.fields.type, event.content);
  return relation && { event, relation };
}
