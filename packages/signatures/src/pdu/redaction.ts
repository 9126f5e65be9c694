import { redactsOf, type RoomVersionRules } from "@patrix/room-versions";
import { redact } from "../event/redact.ts";
import { serverOf } from "../event/required-servers.ts";
import type { JsonObject } from "../json/json-object.ts";

/** What decides whether a redaction is performed. */
export interface RedactionAttempt {
  /** The `m.room.redaction`, a PDU. */
  readonly redaction: JsonObject;
  readonly redactionEventId: string;
  /** The event that it names, a PDU of the same room. */
  readonly target: JsonObject;
  readonly targetEventId: string;
  /** Power level of the redaction's sender at the redaction; `Infinity` for creators from room version 12. */
  readonly senderPowerLevel: number;
  /** The power level needed to redact, `redact` of `m.room.power_levels`; 50 by default. */
  readonly redactPowerLevel: number;
}

/**
 * Whether a redaction is to be performed: it names the target, both are of one room, and its sender has the redact level or is of the same
 * server. In room versions 1 and 2 the servers are those of the event IDs.
 *
 * @see {@link https://spec.matrix.org/v1.19/rooms/v12/#handling-redactions}
 * @see {@link https://spec.matrix.org/v1.19/rooms/v1/#authorization-rules} rule 11
 */
export function canRedact(attempt: RedactionAttempt, rules: RoomVersionRules): boolean {
  const { redaction, target, targetEventId } = attempt;
  if (redactsOf(redaction, rules) !== targetEventId) return false;
  if (!sameRoom(redaction, target, targetEventId, rules)) return false;
  if (attempt.senderPowerLevel >= attempt.redactPowerLevel) return true;
  const byEventId = rules.authorization.specialCaseRoomRedaction;
  const server = serverOf(byEventId ? attempt.redactionEventId : redaction["sender"]);
  return server !== undefined && server === serverOf(byEventId ? targetEventId : target["sender"]);
}

function sameRoom(redaction: JsonObject, target: JsonObject, targetEventId: string, rules: RoomVersionRules): boolean {
  const isNamelessCreate = rules.roomIdFormat === "create-event-hash" && target["type"] === "m.room.create";
  return redaction["room_id"] === (isNamelessCreate ? `!${targetEventId.slice(1)}` : target["room_id"]);
}

/**
 * The event after a redaction: what survives, and the redaction in `unsigned.redacted_because`. Both arguments stay as they are.
 *
 * @param redaction the redaction in the form in which readers of the result want it, which is {@link toClientEvent} for clients.
 * @throws {@link SignaturesError} `MALFORMED_EVENT`, as {@link redact}.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#redactions}
 */
export function applyRedaction(event: JsonObject, redaction: object, rules: RoomVersionRules): JsonObject {
  return { ...redact(event, rules), unsigned: { redacted_because: redaction } };
}
