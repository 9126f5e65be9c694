import { operation, type WriteOperation } from "../../store/statement.ts";
import { deleteRelation, deleteThread, insertRelation, restoreThread, upsertThread } from "../../store/statements/relations.ts";
import type { EventRelation } from "./event-relation.ts";

/** What stores the relation of an event, which must be stored already. Twice does no harm. */
export function relateOperations(nid: number, { targetId, relType, annotation }: EventRelation): WriteOperation[] {
  const insert = operation(insertRelation, nid, targetId, relType, annotation);
  return relType === "m.thread" ? [insert, operation(upsertThread, nid)] : [insert];
}

/** What takes back the relation of an event that is redacted. */
export function unrelateOperations(roomNid: number, nid: number, { targetId, relType }: EventRelation): WriteOperation[] {
  const taken = operation(deleteRelation, nid);
  return relType === "m.thread"
    ? [taken, operation(deleteThread, roomNid, targetId), operation(restoreThread, roomNid, targetId)]
    : [taken];
}
