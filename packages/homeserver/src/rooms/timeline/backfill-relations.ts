import type { Core } from "../../log/core.ts";
import { backfillEvents } from "./backfill-events.ts";
import type { EventCache } from "./event-cache.ts";
import { eventRelation } from "./event-relation.ts";
import { relateOperations } from "./relation-operations.ts";
import type { Relations } from "./relations.ts";
import type { StoredEvent } from "./stored-event.ts";

/** Stores the relations of events that an earlier release has stored without them. */
export async function backfillRelations(core: Core, events: EventCache, relations: Relations, signal: AbortSignal): Promise<void> {
  const backfill = {
    cursor: "relations",
    operations: (read: readonly StoredEvent[]) =>
      read.flatMap(relationOf).flatMap(({ event, relation }) => relateOperations(event.nid, relation)),
    publish: (read: readonly StoredEvent[]) => {
      for (const { event, relation } of read.flatMap(relationOf)) relations.changed(event.fields.roomNid, relation.targetId);
    },
  };
  await backfillEvents(core, events, backfill, signal);
}

function relationOf(event: StoredEvent) {
  const relation = eventRelation(event.fields.type, event.content);
  return relation ? [{ event, relation }] : [];
}
