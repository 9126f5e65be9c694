import { isJsonObject } from "@patrix/api";
import { getRelation } from "@patrix/events";
import { createHash } from "node:crypto";

/** The longest relation type that is stored, in bytes. */
const MAX_TYPE_BYTES = 255;

/** How an event relates to another. */
export interface EventRelation {
  readonly targetId: string;
  readonly relType: string;
  /** Stands for what an annotation says: the same for equal keys of events of one type. */
  readonly annotation: string | null;
}

/**
 * Reads to which event one relates, from its type and content; `undefined` where it is none or malformed.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#forming-relationships-between-events}
 */
export function eventRelation(type: string, content: unknown): EventRelation | undefined {
  // Most events have none, and every event is asked.
  if (!isJsonObject(content) || content["m.relates_to"] === undefined) return undefined;
  const relation = getRelation(content);
  switch (relation?.kind) {
    case "annotation":
      return { targetId: relation.eventId, relType: "m.annotation", annotation: annotationHash(type, relation.key) };
    case "thread":
      return { targetId: relation.rootId, relType: "m.thread", annotation: null };
    case "replacement":
      return { targetId: relation.eventId, relType: "m.replace", annotation: null };
    case "reference":
      return { targetId: relation.eventId, relType: "m.reference", annotation: null };
    case "custom":
      if (Buffer.byteLength(relation.relType) > MAX_TYPE_BYTES) return undefined;
      return { targetId: relation.eventId, relType: relation.relType, annotation: null };
    default:
      return undefined;
  }
}

function annotationHash(type: string, key: string): string {
  return createHash("sha256").update(`${type}\0${key}`).digest("base64url");
}
