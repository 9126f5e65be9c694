import { isJsonObject } from "@patrix/api";
import type { EventId } from "@patrix/identifiers";
import { InReplyTo, RelatesTo } from "./relates-to.ts";

/** What an event is to another. */
export type Relation =
  /** A reaction. */
  | { readonly kind: "annotation"; readonly eventId: EventId; readonly key: string }
  /** An edit. */
  | { readonly kind: "replacement"; readonly eventId: EventId }
  /** A message in a thread; `inReplyTo` is the message that it answers, if it answers one. */
  | { readonly kind: "thread"; readonly rootId: EventId; readonly inReplyTo: EventId | undefined }
  | { readonly kind: "reference"; readonly eventId: EventId }
  /** A rich reply that is nothing else. */
  | { readonly kind: "reply"; readonly inReplyTo: EventId }
  /** A relation type that is not specified; {@link getInReplyTo} tells whether it is a reply too. */
  | { readonly kind: "custom"; readonly relType: string; readonly eventId: EventId };

/**
 * Reads the relation of an event from its content. A relation that is malformed or incomplete is none; `undefined`.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#forming-relationships-between-events}
 */
export function getRelation(content: object): Relation | undefined {
  const raw = relatesToOf(content);
  const result = RelatesTo.safeParse(raw);
  if (!result.ok) return undefined;
  const { rel_type: relType, event_id: eventId, key } = result.value;
  const inReplyTo = result.value["m.in_reply_to"]?.event_id;
  if (relType === undefined || eventId === undefined) return inReplyTo && { kind: "reply", inReplyTo };
  if (relType === "m.annotation") return key === undefined ? undefined : { kind: "annotation", eventId, key };
  if (relType === "m.replace") return { kind: "replacement", eventId };
  if (relType === "m.reference") return { kind: "reference", eventId };
  if (relType !== "m.thread") return { kind: "custom", relType, eventId };
  return { kind: "thread", rootId: eventId, inReplyTo: result.value.is_falling_back === true ? undefined : inReplyTo };
}

/** Reads which event an event answers, the fallback of threads included. */
export function getInReplyTo(content: object): EventId | undefined {
  const relatesTo = relatesToOf(content);
  const result = InReplyTo.safeParse(isJsonObject(relatesTo) ? relatesTo["m.in_reply_to"] : undefined);
  return result.ok ? result.value.event_id : undefined;
}

function relatesToOf(content: object): unknown {
  return isJsonObject(content) ? content["m.relates_to"] : undefined;
}
