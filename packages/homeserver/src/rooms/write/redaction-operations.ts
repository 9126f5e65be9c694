import { operation, type WriteOperation } from "../../store/statement.ts";
import { redactEvent } from "../../store/statements/events.ts";
import { deletePendingRedactions, insertPendingRedaction } from "../../store/statements/pending-redactions.ts";
import type { RoomHandle } from "../room.ts";
import { unrelateOperations } from "../timeline/relation-operations.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import type { RedactionTarget } from "./redaction-target.ts";

/** What an event has to do with redactions. */
export interface Redactions {
  /** The event that it redacts. */
  readonly redaction?: RedactionTarget | undefined;
  /** The ID of the event that it redacts, where that is not known yet. */
  readonly awaited?: string | undefined;
  /** The redaction that was there before it. */
  readonly redactedBy?: number | undefined;
}

/** What a redaction changes, or that it waits for its target. */
export function redactionOperations(
  room: RoomHandle,
  { nid }: { readonly nid: number },
  { redaction, awaited }: Redactions,
): WriteOperation[] {
  if (awaited !== undefined) return [operation(insertPendingRedaction, nid, room.nid, awaited)];
  if (!redaction) return [];
  const unrelated = redaction.relation ? unrelateOperations(room.nid, redaction.nid, redaction.relation) : [];
  return [operation(redactEvent, redaction.nid, nid), ...unrelated];
}

/** What a redaction changes that was there before its target. */
export function redactedOperations({ nid, fields }: Pick<StoredEvent, "nid" | "fields">, { redactedBy }: Redactions): WriteOperation[] {
  if (redactedBy === undefined) return [];
  return [operation(redactEvent, nid, redactedBy), operation(deletePendingRedactions, fields.roomNid, fields.eventId)];
}
