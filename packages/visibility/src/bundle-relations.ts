import { editFault, getRelation, isRedacted } from "@patrix/events";
import type { RelatableEvent } from "./relatable-event.ts";
import { countsFor, type Viewer } from "./viewer.ts";

/** The events that relate to an event, oldest first in the order of the room's graph. Others among them are passed over. */
export type RelationsOf = (eventId: string) => Iterable<RelatableEvent>;

/** What a server sums up about a thread. */
export interface BundledThread {
  /** The last event of the thread, with its own aggregations. */
  readonly latest_event: RelatableEvent;
  readonly count: number;
  readonly current_user_participated: boolean;
}

/**
 * The aggregations of an event, for `m.relations` of its `unsigned`.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#aggregations-of-child-events}
 */
export interface Aggregations {
  /** The most recent valid edit. */
  readonly "m.replace"?: RelatableEvent;
  readonly "m.thread"?: BundledThread;
  readonly "m.reference"?: { readonly chunk: readonly { readonly event_id: string }[] };
}

/**
 * Sums up the events that relate to an event, for one viewer: the latest edit, the thread, the references. `undefined` where
 * there is nothing to bundle, which state events never have.
 *
 * Events of ignored users, redacted events and events the viewer may not see do not count. A redacted event has no edits any more.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#aggregations-of-child-events}
 */
export function bundleRelations(event: RelatableEvent, relationsOf: RelationsOf, viewer: Viewer): Aggregations | undefined {
  return bundle(event, relationsOf, viewer, canRootThread(event));
}

/** Puts aggregations into the `unsigned` of a copy of an event; what else is there stays. Without any the event is returned as it is. */
export function withAggregations<E extends RelatableEvent>(
  event: E,
  aggregations: Aggregations | undefined,
): E & Pick<RelatableEvent, "unsigned"> {
  return aggregations === undefined ? event : { ...event, unsigned: { ...event.unsigned, "m.relations": aggregations } };
}

function bundle(event: RelatableEvent, relationsOf: RelationsOf, viewer: Viewer, withThread: boolean): Aggregations | undefined {
  if (event.state_key !== undefined) return undefined;
  let edit: RelatableEvent | undefined;
  const thread: RelatableEvent[] = [];
  const references = new Set<string>();
  for (const child of relationsOf(event.event_id)) {
    if (isRedacted(child) || !countsFor(viewer, child)) continue;
    const relation = getRelation(child.content);
    if (relation?.kind === "replacement") {
      if (isValidEdit(event, child) && isLater(child, edit)) edit = child;
    } else if (relation?.kind === "thread") {
      if (withThread && relation.rootId === event.event_id) thread.push(child);
    } else if (relation?.kind === "reference" && relation.eventId === event.event_id) references.add(child.event_id);
  }
  const latest = thread.at(-1);
  if (edit === undefined && latest === undefined && references.size === 0) return undefined;
  return {
    ...(edit && { "m.replace": edit }),
    ...(latest && { "m.thread": summarise(event, thread, latest, relationsOf, viewer) }),
    ...(references.size > 0 && { "m.reference": { chunk: Array.from(references, (event_id) => ({ event_id })) } }),
  };
}

function summarise(
  root: RelatableEvent,
  thread: readonly RelatableEvent[],
  latest: RelatableEvent,
  relationsOf: RelationsOf,
  viewer: Viewer,
): BundledThread {
  return {
    // A member of a thread roots none, so this goes one level deep and no further.
    latest_event: withAggregations(latest, bundle(latest, relationsOf, viewer, false)),
    count: new Set(thread.map((event) => event.event_id)).size,
    current_user_participated: root.sender === viewer.userId || thread.some((event) => event.sender === viewer.userId),
  };
}

/** Threads start at events that are in no relation themselves; a rich reply may root one. */
function canRootThread(event: RelatableEvent): boolean {
  const relation = getRelation(event.content);
  return relation === undefined || relation.kind === "reply";
}

function isValidEdit(original: RelatableEvent, edit: RelatableEvent): boolean {
  const fault = editFault(original, edit);
  // The new content of an encrypted edit is in what the server cannot read.
  return fault === undefined || (fault === "no-new-content" && edit.type === "m.room.encrypted");
}

function isLater(edit: RelatableEvent, other: RelatableEvent | undefined): boolean {
  if (other === undefined) return true;
  if (edit.origin_server_ts !== other.origin_server_ts) return edit.origin_server_ts > other.origin_server_ts;
  return edit.event_id > other.event_id;
}
