import type { ClientEventWithoutRoomId } from "@patrix/events";
import { redactContent, type RoomVersionRules } from "@patrix/room-versions";

/** What redaction leaves of an event, in the form in which servers give it. */
export function redactEvent(
  event: ClientEventWithoutRoomId,
  redaction: ClientEventWithoutRoomId,
  rules: RoomVersionRules,
): ClientEventWithoutRoomId {
  const { "m.relations": _relations, ...unsigned } = event.unsigned ?? {};
  return {
    ...event,
    content: redactContent(event.type, event.content, rules),
    unsigned: { ...unsigned, redacted_because: { ...redaction } },
  };
}
