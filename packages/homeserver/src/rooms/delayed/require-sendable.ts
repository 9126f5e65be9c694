import { CanonicalJsonError, encodeCanonicalJson, MAX_EVENT_SIZE_BYTES } from "@patrix/canonical-json";
import type { RoomVersionRules } from "@patrix/room-versions";
import { RoomError } from "../errors.ts";
import { type EventDraft, prepareDraft } from "../write/event-draft.ts";

/**
 * Checks what can be known of an event before it is sent: that there can be such an event.
 *
 * @throws {RoomError} `INVALID_EVENT` or `EVENT_TOO_LARGE`.
 */
export function requireSendable(draft: EventDraft, rules: RoomVersionRules): void {
  prepareDraft(draft, rules);
  if (draft.type.includes("\0") || draft.stateKey?.includes("\0"))
    throw new RoomError("INVALID_EVENT", "type, state_key: NUL is not allowed");
  let text: string;
  try {
    text = encodeCanonicalJson(draft.content, { strict: rules.authorization.strictCanonicalJson });
  } catch (error) {
    if (!(error instanceof CanonicalJsonError)) throw error;
    throw new RoomError("INVALID_EVENT", `/content${error.pointer}: ${error.message}`, { cause: error });
  }
  if (Buffer.byteLength(text) > MAX_EVENT_SIZE_BYTES)
    throw new RoomError("EVENT_TOO_LARGE", `content: expected at most ${MAX_EVENT_SIZE_BYTES} bytes`);
}
