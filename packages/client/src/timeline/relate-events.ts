import { type ClientEventWithoutRoomId, getBundledRelations, getRelation, isRedacted, latestEdit, applyEdit } from "@patrix/events";
import type { EventId, UserId } from "@patrix/identifiers";
import { redactsOf, type RoomVersionRules } from "@patrix/room-versions";
import { redactEvent } from "../base/redact-event.ts";

/** What events are to one another. */
export interface RelatedEvents {
  /** Redactions, by what they redact. */
  readonly redactions: ReadonlyMap<EventId, ClientEventWithoutRoomId>;
  /** By what they edit; whether they count is another matter. */
  readonly edits: ReadonlyMap<EventId, readonly ClientEventWithoutRoomId[]>;
  /** By what they react to, in order of coming. */
  readonly reactions: ReadonlyMap<EventId, readonly Reaction[]>;
  /** Events in threads, by root. */
  readonly threads: ReadonlyMap<EventId, readonly ClientEventWithoutRoomId[]>;
}

/** A reaction that was not taken back. */
export interface Reaction {
  readonly key: string;
  readonly sender: UserId;
  readonly id: EventId;
}

/** Types that only say something of other events. */
const relatingTypes: ReadonlySet<string> = new Set([
  "m.reaction",
  "m.room.redaction",
  "m.poll.response",
  "m.poll.end",
  "org.matrix.msc3381.poll.response",
  "org.matrix.msc3381.poll.end",
]);

/** Whether an event is shown as itself, and not only in what it says of another one. */
export function isShown({ type, state_key, content }: ClientEventWithoutRoomId): boolean {
  if (state_key !== undefined) return true;
  return !relatingTypes.has(type) && getRelation(content)?.kind !== "replacement";
}

/** Finds out what events of a room are to one another; what was redacted is nothing to any other. */
export function relateEvents(events: Iterable<ClientEventWithoutRoomId>, rules: RoomVersionRules): RelatedEvents {
  const redactions = new Map<EventId, ClientEventWithoutRoomId>();
  const all = [...events];
  for (const event of all) {
    const target = redactsOf(event, rules);
    if (target !== undefined) redactions.set(target, event);
  }
  const edits = new Map<EventId, ClientEventWithoutRoomId[]>();
  const reactions = new Map<EventId, Reaction[]>();
  const threads = new Map<EventId, ClientEventWithoutRoomId[]>();
  for (const event of all) {
    if (event.state_key !== undefined || isRedacted(event) || redactions.has(event.event_id)) continue;
    const relation = getRelation(event.content);
    if (relation?.kind === "replacement") addTo(edits, relation.eventId, event);
    else if (relation?.kind === "thread") addTo(threads, relation.rootId, event);
    else if (relation?.kind === "annotation" && event.type === "m.reaction") addReaction(reactions, relation, event);
  }
  return { redactions, edits, reactions, threads };
}

/** What there is to see of an event: without what was redacted, and with its last edit. */
export function presentEvent(event: ClientEventWithoutRoomId, { redactions, edits }: RelatedEvents, rules: RoomVersionRules): Presented {
  const redaction = redactions.get(event.event_id);
  if (redaction && !isRedacted(event)) return { event: redactEvent(event, redaction, rules), edited: false };
  // The server tells of edits that are elsewhere in the timeline.
  const bundled = getBundledRelations(event.unsigned)["m.replace"];
  const candidates = [...(edits.get(event.event_id) ?? []), ...(bundled && !redactions.has(bundled.event_id) ? [bundled] : [])];
  const edit = latestEdit(event, candidates);
  return edit ? { event: { ...event, content: applyEdit(event, edit) }, edited: true } : { event, edited: false };
}

/** An event as it is to be seen. */
export interface Presented {
  readonly event: ClientEventWithoutRoomId;
  readonly edited: boolean;
}

function addReaction(
  reactions: Map<EventId, Reaction[]>,
  { eventId, key }: { readonly eventId: EventId; readonly key: string },
  { sender, event_id: id }: ClientEventWithoutRoomId,
): void {
  const known = reactions.get(eventId) ?? [];
  // The same user can react by the same key once.
  if (!known.some((other) => other.sender === sender && other.key === key)) addTo(reactions, eventId, { key, sender, id });
}

function addTo<T>(map: Map<EventId, T[]>, id: EventId, value: T): void {
  const values = map.get(id);
  if (values) values.push(value);
  else map.set(id, [value]);
}
