import { type Bundle, bundledEvents } from "./bundle.ts";
import type { FieldPicker } from "./field-picker.ts";
import type { Ready } from "../../ready.ts";
import type { Rooms } from "../rooms.ts";
import { turnIfDue } from "../../turns.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import type { Outlook } from "./visibility.ts";

/** How many events are rendered without a look at the clock. */
const AT_ONCE = 100;

/** For whom an event is rendered. */
export interface Viewer {
  readonly userNid: number;
  readonly deviceNid: number | undefined;
}

/** How events are rendered. */
export interface RenderOptions {
  readonly viewer?: Viewer | undefined;
  /** Added as `room_id`, outside of sync. */
  readonly roomId?: string | undefined;
  /** What the viewer may be told along with the events; without it, neither memberships nor what was replaced. */
  readonly outlook?: Outlook | undefined;
  /** Whether to show what state events replaced, whoever could see it: for those who follow whole rooms. */
  readonly showsReplaced?: boolean | undefined;
  /** Further members of `unsigned`, each as `,"name":value`; left out for none. */
  readonly unsigned?: ((event: StoredEvent) => string) | undefined;
  /** The form of events: as clients know them, or the PDU; `client` if left out. */
  readonly format?: "client" | "federation" | undefined;
  /** Users whose events are redacted, whatever they say. */
  readonly unseen?: ReadonlySet<string> | undefined;
  /** Keeps only these fields of the events, as `event_fields` of a filter names them. */
  readonly fields?: FieldPicker | undefined;
}

/** Renders events as JSON texts for a client, in order; what belongs into `unsigned` is loaded in one go. */
export function renderEvents(rooms: Rooms, events: readonly StoredEvent[], options: RenderOptions): Ready<readonly string[]> {
  if (events.length === 0) return [];
  const bundles = options.outlook?.bundles;
  const related = relatedTo(events);
  if (bundles) related.push(...relatedTo(bundledEvents(bundles)));
  if (related.length > 0 || events.length > AT_ONCE) return renderInTurns(rooms, events, related, options);
  const rendering = startRendering(rooms, undefined, options);
  return events.map((event) => renderOne(event, rendering, options));
}

async function renderInTurns(
  rooms: Rooms,
  events: readonly StoredEvent[],
  related: readonly number[],
  options: RenderOptions,
): Promise<readonly string[]> {
  const rendering = startRendering(rooms, related.length === 0 ? undefined : await rooms.events.load(related), options);
  const texts: string[] = [];
  for (const event of events) {
    const turn = turnIfDue();
    if (turn) await turn;
    texts.push(renderOne(event, rendering, options));
  }
  return texts;
}

/** What was replaced by events, and what has redacted them. */
function relatedTo(events: readonly StoredEvent[]): number[] {
  const related: number[] = [];
  for (const { fields } of events) {
    if (fields.replacesNid !== null) related.push(fields.replacesNid);
    if (fields.redactedBy !== null) related.push(fields.redactedBy);
  }
  return related;
}

function startRendering(rooms: Rooms, loaded: Rendering["loaded"], options: RenderOptions): Rendering {
  const isErased = withholder(rooms, options.outlook);
  const stickyFor: Rendering["stickyFor"] = ({ nid, fields: { roomNid } }) => rooms.sticky.remaining(roomNid, nid);
  const isWithheld: Rendering["isWithheld"] = (event, shownAt) =>
    options.unseen?.has(event.fields.sender) === true || isErased(event, shownAt);
  return { loaded, now: rooms.core.clock.now(), isWithheld, stickyFor };
}

function renderOne(event: StoredEvent, rendering: Rendering, options: RenderOptions): string {
  const text = renderEvent(event, rendering, options);
  return options.fields ? options.fields(text) : text;
}

/** What the rendering of events has in common. */
interface Rendering {
  /** The events that were replaced, and redactions. */
  readonly loaded: ReadonlyMap<number, StoredEvent> | undefined;
  readonly now: number;
  readonly isWithheld: (event: StoredEvent, shownAt?: StoredEvent) => boolean;
  /** For how many milliseconds an event is sticky still. */
  readonly stickyFor: (event: StoredEvent) => number | undefined;
}

/**
 * Tells which messages and memberships are withheld, since their senders have erased their accounts: those who were in the
 * room at the time have them anyway.
 */
function withholder({ erasedUsers }: Rooms, outlook: Outlook | undefined): Rendering["isWithheld"] {
  return (event, shownAt = event) => {
    const { senderNid, stateKey, type } = event.fields;
    const isPersonal = stateKey === undefined || type === "m.room.member";
    return isPersonal && erasedUsers.has(senderNid) && outlook !== undefined && outlook.membership(shownAt) !== "join";
  };
}

function renderEvent(event: StoredEvent, rendering: Rendering, options: RenderOptions): string {
  const { loaded, now, isWithheld, stickyFor } = rendering;
  const { ts, txn, deviceNid, delayId, senderNid, replacesNid, redactedBy } = event.fields;
  const { viewer, roomId, outlook, showsReplaced = false, format = "client" } = options;
  const whole = format === "federation" ? event.pduFragment : event.fragment;
  const fragment = isWithheld(event) ? event.redactedFragment(format) : whole;
  let text = `${fragment},"unsigned":{"age":${Math.max(0, now - ts)}`;
  if (txn !== null && deviceNid !== null && deviceNid === viewer?.deviceNid) text += `,"transaction_id":${JSON.stringify(txn)}`;
  if (delayId !== null && senderNid === viewer?.userNid) text += `,"org.matrix.msc4140.delay_id":${JSON.stringify(delayId)}`;
  const stickyMs = stickyFor(event);
  if (stickyMs !== undefined) text += `,"msc4354_sticky_duration_ttl_ms":${stickyMs}`;
  if (outlook) text += `,"membership":${JSON.stringify(outlook.membership(event))}`;
  const replaced = replacesNid === null ? undefined : loaded?.get(replacesNid);
  if (replaced) text += `,"replaces_state":${JSON.stringify(replaced.eventId)}`;
  // Only for clients that may see the previous content.
  if (replaced && (showsReplaced || outlook?.seesReplaced(event)) && !isWithheld(replaced, event))
    // The sender is no member that the specification has; clients read who has invited them from it.
    text += `,"prev_content":${JSON.stringify(replaced.content)},"prev_sender":${JSON.stringify(replaced.fields.sender)}`;
  if (options.unsigned) text += options.unsigned(event);
  const redaction = redactedBy === null ? undefined : loaded?.get(redactedBy);
  if (redaction) text += `,"redacted_because":${redaction.fragment}}`;
  const bundle = outlook?.bundles?.get(event.eventId);
  if (bundle) text += `,"m.relations":${renderBundle(bundle, (bundled) => renderEvent(bundled, rendering, options))}`;
  text += "}";
  return roomId === undefined ? `${text}}` : `${text},"room_id":${JSON.stringify(roomId)}}`;
}

/** Renders what is bundled with an event: whole events in the same form. */
function renderBundle({ edit, thread, references }: Bundle, render: (event: StoredEvent) => string): string {
  const members: string[] = [];
  if (edit) members.push(`"m.replace":${render(edit)}`);
  if (thread) {
    const { latest, count, participated } = thread;
    members.push(`"m.thread":{"latest_event":${render(latest)},"count":${count},"current_user_participated":${participated}}`);
  }
  if (references) members.push(`"m.reference":${JSON.stringify({ chunk: references.map((eventId) => ({ event_id: eventId })) })}`);
  return `{${members.join(",")}}`;
}

/** Renders a state event as those see it who are not in the room. */
export function renderStripped(event: StoredEvent): string {
  const { type, stateKey, sender } = event.fields;
  return JSON.stringify({ content: event.content, sender, state_key: stateKey ?? "", type });
}
