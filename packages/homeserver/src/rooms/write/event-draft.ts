import type { JsonObject } from "@patrix/api";
import type { Core } from "../../log/core.ts";
import { RoomError } from "../errors.ts";
import type { RedactionTarget } from "./redaction-target.ts";
import { internStateKey, peekStateKey } from "../state/state-key.ts";

/** The longest event type and state key. */
const MAX_KEY_BYTES = 255;
const LONE_SURROGATE = /\p{Cs}/u;

/** An event that a local user wants to send. */
export interface EventDraft {
  readonly type: string;
  readonly stateKey?: string | undefined;
  readonly sender: string;
  readonly content: JsonObject;
  /** The event to redact; it is put where the room version wants it. */
  readonly redacts?: string | undefined;
}

/** The numbers that the columns of an event need. */
export interface DraftNumbers {
  readonly senderNid: number;
  readonly typeNid: number;
  readonly skeyNid: number | undefined;
  /** The user whose membership the event sets. */
  readonly memberNid: number | undefined;
  readonly redaction: RedactionTarget | undefined;
}

/**
 * Refuses keys that cannot be stored, and redactions that name no event: whoever shows them would not know what they
 * redact, and nobody has checked whether the sender may.
 *
 * @throws {RoomError} `EVENT_TOO_LARGE` or `INVALID_EVENT`.
 */
export function checkKeys({ type, stateKey = "", redacts }: EventDraft): void {
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

/** Gives a draft's names their numbers. */
export async function internDraft(core: Core, { sender, type, stateKey }: EventDraft): Promise<void> {
  await core.users.intern(sender);
  await core.eventTypes.intern(type);
  if (stateKey !== undefined) await internStateKey(core, type, stateKey);
  if (type === "m.room.member" && stateKey) await core.users.intern(stateKey);
}

/** The numbers of a draft's names; `undefined` unless all are in memory. */
export function draftNumbers(
  core: Core,
  { sender, type, stateKey }: EventDraft,
  redaction: RedactionTarget | undefined,
): DraftNumbers | undefined {
  const isMember = type === "m.room.member" && stateKey !== undefined && stateKey !== "";
  const senderNid = core.users.peek(sender);
  const typeNid = core.eventTypes.peek(type);
  const skeyNid = stateKey === undefined ? undefined : peekStateKey(core, type, stateKey);
  const memberNid = isMember ? core.users.peek(stateKey) : undefined;
  if (senderNid === undefined || typeNid === undefined) return undefined;
  if ((stateKey !== undefined && skeyNid === undefined) || (isMember && memberNid === undefined)) return undefined;
  return { senderNid, typeNid, skeyNid, memberNid, redaction };
}
