import { MAX_EVENT_FIELD_SIZE_BYTES, utf8SizeBytes } from "@patrix/canonical-json";
import type { RoomVersionRules } from "@patrix/room-versions";
import { isJsonObject } from "../json/json-object.ts";

/** How `auth_events` and `prev_events` name an event: by ID, or in room versions 1 and 2 by ID and reference hash. */
export type EventReference = string | readonly [eventId: string, hashes: { readonly sha256: string }];

/** What is wrong with an entry of `auth_events` or `prev_events` in the format of the room version, `undefined` if nothing is. */
export function referenceProblem(reference: unknown, rules: RoomVersionRules): string | undefined {
  if (rules.eventsReferenceFormat === "id") return isEventId(reference) ? undefined : "is not an event ID";
  if (!Array.isArray(reference) || reference.length !== 2) return "is not a pair of event ID and hashes";
  const [id, hashes]: readonly unknown[] = reference;
  if (!isEventId(id)) return "does not begin with an event ID";
  return isJsonObject(hashes) && typeof hashes["sha256"] === "string" ? undefined : "has no sha256 hash";
}

function isEventId(value: unknown): value is string {
  return typeof value === "string" && value.length > 1 && value.startsWith("$") && utf8SizeBytes(value) <= MAX_EVENT_FIELD_SIZE_BYTES;
}

/** The event IDs in `auth_events` or `prev_events`, in either format and in order. Entries of another shape are left out. */
export function referencedEventIds(references: unknown): string[] {
  if (!Array.isArray(references)) return [];
  const entries: readonly unknown[] = references;
  return entries.map((entry) => (Array.isArray(entry) ? (entry[0] as unknown) : entry)).filter((id) => typeof id === "string");
}

/** Names an event in the format of the room version; `referenceHash` counts only in versions 1 and 2. */
export function toEventReference(eventId: string, referenceHash: string, rules: RoomVersionRules): EventReference {
  return rules.eventsReferenceFormat === "id" ? eventId : [eventId, { sha256: referenceHash }];
}
