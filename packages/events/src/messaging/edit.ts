import { isJsonObject, type JsonObject } from "@patrix/api";
import type { EventId } from "@patrix/identifiers";
import type { Mentions } from "../relations/mentions.ts";
import type { RelatingContent } from "../relations/relating-content.ts";
import { getRelation } from "../relations/relation.ts";
import { isRedacted } from "../relations/is-redacted.ts";
import { getMentions } from "./with-mentions.ts";

/** The event that is edited. */
export interface EditTarget {
  readonly event_id: EventId;
  /** Tells who was notified already, so that only those who are new are; of an event that is an edit itself too. */
  readonly content?: object | undefined;
}

/**
 * Makes the edit that replaces the content of an event: with a fallback for clients that do not know edits, and notifying
 * only those whom the old content did not.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#event-replacements}
 */
export function makeEdit<C extends object>(content: C, target: EditTarget): C & RelatingContent {
  const fields: JsonObject = Object.fromEntries(Object.entries(content));
  const { "m.relates_to": _relation, "m.new_content": _nested, ...rest } = fields;
  const edit: JsonObject = {
    ...rest,
    "m.mentions": newMentions(getMentions(content), mentionsOf(target.content)),
    "m.new_content": rest,
    "m.relates_to": { rel_type: "m.replace", event_id: target.event_id },
  };
  for (const key of ["body", "formatted_body"]) {
    const text = rest[key];
    if (typeof text === "string") edit[key] = `* ${text}`;
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the fields of `C` are all there, with texts for texts
  return edit as never;
}

/** Whom a content mentions: that of an edit has all of them in its new content, and only those who were new beside it. */
function mentionsOf(content: object | undefined): Mentions {
  const shown = isJsonObject(content) ? content["m.new_content"] : undefined;
  return getMentions(isJsonObject(shown) ? shown : (content ?? {}));
}

function newMentions(now: Mentions, before: Mentions): Mentions {
  const added = (now.user_ids ?? []).filter((userId) => !before.user_ids?.includes(userId));
  return { ...(added.length > 0 ? { user_ids: added } : {}), ...(now.room && !before.room ? { room: true } : {}) };
}

/** The parts of an event that decide on an edit; the content decrypted, with the relation of the clear text. */
export interface EditableEvent {
  readonly event_id: string;
  readonly type: string;
  readonly sender: string;
  readonly origin_server_ts: number;
  readonly room_id?: string | undefined;
  readonly state_key?: string | undefined;
  readonly content: JsonObject;
  /** Tells by `redacted_because` that the event was redacted. */
  readonly unsigned?: object | undefined;
}

/** Why an edit does not count. */
export type EditFault =
  | "different-room"
  | "different-sender"
  | "different-type"
  | "edits-an-edit"
  | "no-new-content"
  | "not-an-edit-of-this"
  | "redacted"
  | "state-event";

/**
 * Finds out why an edit of an event does not count; `undefined` if it does. Rooms are compared where both are known. What is redacted, the
 * event or the edit, stays so: `unsigned` says it, and an event without any content counts as redacted too.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#validity-of-replacement-events}
 */
export function editFault(original: EditableEvent, edit: EditableEvent): EditFault | undefined {
  const relation = getRelation(edit.content);
  if (relation?.kind !== "replacement" || relation.eventId !== original.event_id) return "not-an-edit-of-this";
  if (isRedacted(original) || isRedacted(edit) || Object.keys(original.content).length === 0) return "redacted";
  if (original.room_id !== undefined && edit.room_id !== undefined && original.room_id !== edit.room_id) return "different-room";
  if (original.sender !== edit.sender) return "different-sender";
  if (original.type !== edit.type) return "different-type";
  if (original.state_key !== undefined || edit.state_key !== undefined) return "state-event";
  if (getRelation(original.content)?.kind === "replacement") return "edits-an-edit";
  return isJsonObject(edit.content["m.new_content"]) ? undefined : "no-new-content";
}

/** Picks the edit that counts: of those without fault the latest, by `origin_server_ts` and then by event ID. */
export function latestEdit<E extends EditableEvent>(original: EditableEvent, edits: Iterable<E>): E | undefined {
  let latest: E | undefined;
  for (const edit of edits) {
    if (editFault(original, edit) === undefined && (!latest || isLater(edit, latest))) latest = edit;
  }
  return latest;
}

function isLater(edit: EditableEvent, other: EditableEvent): boolean {
  if (edit.origin_server_ts !== other.origin_server_ts) return edit.origin_server_ts > other.origin_server_ts;
  return edit.event_id > other.event_id;
}

/**
 * Makes the content that an event has after an edit: the new one, with the relation of the old. An edit that does not count, by
 * {@link editFault}, leaves the content as it is.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#applying-mnew_content}
 */
export function applyEdit(original: EditableEvent, edit: EditableEvent): JsonObject {
  const content = edit.content["m.new_content"];
  if (editFault(original, edit) !== undefined || !isJsonObject(content)) return original.content;
  const { "m.relates_to": _ignored, ...rest } = content;
  const relation = original.content["m.relates_to"];
  return relation === undefined ? rest : { ...rest, "m.relates_to": relation };
}
