import type { JsonObject } from "@patrix/api";
import type { EventId } from "@patrix/identifiers";

/** The parts of an `m.room.redaction` that name its target. */
export interface RedactionEvent {
  readonly content: JsonObject;
  readonly redacts?: string | undefined;
}

/**
 * Tells which event an `m.room.redaction` redacts: by its content or by its top level, as the room version rules say
 * (`redaction.contentFieldRedacts`). The other place does not count.
 *
 * @see {@link https://spec.matrix.org/v1.19/rooms/v11/#moving-the-redacts-property-of-mroomredaction-events-to-a-content-property}
 */
export function redactionTarget(event: RedactionEvent, rules: { readonly contentFieldRedacts: boolean }): EventId | undefined {
  const target = rules.contentFieldRedacts ? event.content["redacts"] : event.redacts;
  return isEventId(target) ? target : undefined;
}

function isEventId(value: unknown): value is EventId {
  return typeof value === "string" && value.length > 1 && value.startsWith("$");
}
