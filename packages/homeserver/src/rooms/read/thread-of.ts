import { isJsonObject } from "@patrix/api";
import { getRelation } from "@patrix/events";
import type { Rooms } from "../rooms.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";

/** The thread of everything that is in no thread. */
export const MAIN_THREAD = "main";
/** How many relations are followed from an event to one that says its thread. */
const MAX_HOPS = 3;

/**
 * Finds the thread that an event is in: the ID of its root, or `main`.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#threaded-read-receipts}
 */
export async function threadOf(rooms: Rooms, event: StoredEvent): Promise<string> {
  let current: StoredEvent | undefined = event;
  for (let hop = 0; current && hop <= MAX_HOPS; hop++) {
    const relation = relationOf(current);
    if (relation === undefined || relation.kind === "reply") return MAIN_THREAD;
    if (relation.kind === "thread") return relation.rootId;
    const parent: StoredEvent | undefined = await rooms.events.byId(relation.eventId);
    current = parent?.fields.roomNid === event.fields.roomNid ? parent : undefined;
  }
  return MAIN_THREAD;
}

function relationOf(event: StoredEvent): ReturnType<typeof getRelation> {
  // Most events relate to nothing, which their text tells without being read. A redacted one stays in the thread that it was in.
  if (event.fields.stateKey !== undefined || !event.fields.json.includes('"m.relates_to"')) return undefined;
  const { content } = event.pdu;
  return isJsonObject(content) ? getRelation(content) : undefined;
}
