import type { JsonObject } from "@patrix/api";
import type { RoomVersionRules } from "@patrix/room-versions";
import { selectAuthEvents, type StateKeyPair } from "@patrix/state-res";
import { RoomError } from "../errors.ts";
import type { NamedEvent } from "./event-numbers.ts";

/** The longest event type and state key. */
const MAX_KEY_BYTES = 255;
const LONE_SURROGATE = /\p{Cs}/u;

/** An event that a local user wants to send. */
export interface EventDraft extends NamedEvent {
  readonly content: JsonObject;
  /** The event to redact; it is put where the room version wants it. */
  readonly redacts?: string | undefined;
  /** How long the event is sticky, in milliseconds. */
  readonly stickyMs?: number | undefined;
  /** When it was sent, in milliseconds; now if left out. */
  readonly ts?: number | undefined;
}

/** A draft in the form of its room's version, with the state that decides about it. */
export interface PreparedDraft extends EventDraft {
  /** The state whose events become the auth events. */
  readonly authKeys: readonly StateKeyPair[];
}

/**
 * Brings a draft into the form of the room version and selects its auth events. Refuses keys that cannot be stored, and
 * redactions that name no event: whoever shows them would not know what they redact, and nobody has checked whether the
 * sender may.
 *
 * @throws {RoomError} `EVENT_TOO_LARGE` or `INVALID_EVENT`.
 */
export function prepareDraft(draft: EventDraft, rules: RoomVersionRules): PreparedDraft {
  checkKeys(draft);
  const { type, sender, stateKey, redacts } = draft;
  const content = redacts !== undefined && rules.redaction.contentFieldRedacts ? { ...draft.content, redacts } : draft.content;
  return { ...draft, content, authKeys: selectAuthEvents({ type, sender, state_key: stateKey, content }, rules) };
}

function checkKeys({ type, stateKey = "", redacts }: EventDraft): void {
  if (type === "m.room.redaction" && redacts === undefined)
    throw new RoomError("INVALID_EVENT", "redacts: required in a redaction, but missing");
  for (const [name, value] of [
    ["type", type],
    ["state_key", stateKey],
  ] as const) {
    if (Buffer.byteLength(value) > MAX_KEY_BYTES) throw new RoomError("EVENT_TOO_LARGE", `${name}: longer than ${MAX_KEY_BYTES} bytes`);
    if (LONE_SURROGATE.test(value)) throw new RoomError("INVALID_EVENT", `${name}: a lone surrogate has no UTF-8 encoding`);
  }
}
