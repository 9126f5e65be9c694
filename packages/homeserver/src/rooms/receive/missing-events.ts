import { operation, type WriteOperation } from "../../store/statement.ts";
import { insertMissingEvent } from "../../store/statements/events.ts";
import type { RoomHandle } from "../room.ts";

/** Stores which events before another are not here, so that they can be asked for. */
export function noteMissing({ nid }: RoomHandle, eventIds: readonly string[], beforeNid: number): WriteOperation[] {
  return eventIds.map((eventId) => operation(insertMissingEvent, eventId, nid, beforeNid));
}
