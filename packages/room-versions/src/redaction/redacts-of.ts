import { ownMember } from "../own-member.ts";
import type { RoomVersionRules } from "../room-version-rules.ts";

/**
 * The event ID that an `m.room.redaction` is aimed at: by its content or by its top level, as the room version has it; the other place does
 * not count. `undefined` for other events, and where no event ID stands there.
 *
 * @see {@link https://spec.matrix.org/v1.19/rooms/v11/#moving-the-redacts-property-of-mroomredaction-events-to-a-content-property}
 */
export function redactsOf(event: object, rules: Pick<RoomVersionRules, "redaction">): `$${string}` | undefined {
  if (ownMember(event, "type") !== "m.room.redaction") return undefined;
  const target = ownMember(rules.redaction.contentFieldRedacts ? ownMember(event, "content") : event, "redacts");
  return isEventId(target) ? target : undefined;
}

function isEventId(value: unknown): value is `$${string}` {
  return typeof value === "string" && value.length > 1 && value.startsWith("$");
}
