import { type JsonObject, type NamedPdu, referencedEventIds } from "@patrix/signatures";
import { StateResError } from "../errors.ts";
import type { AuthEvent } from "./auth-event.ts";

/**
 * Brings a PDU into the form that authorization and state resolution read. Only what they read is looked at: a PDU that
 * passed `checkPduFormat` of `@patrix/signatures` always has it.
 *
 * @param rejected - whether the event failed the checks on receipt.
 * @throws {@link StateResError} `MALFORMED_EVENT` for a member that is missing or of another kind.
 * @example
 * const event = toAuthEvent(fromFederation(pdu, rules));
 * checkStateDependentAuth(event, rules, state);
 */
export function toAuthEvent({ eventId, pdu }: Pick<NamedPdu, "eventId" | "pdu">, rejected = false): AuthEvent {
  const { type, sender, content, origin_server_ts: ts, room_id: roomId, state_key: stateKey, redacts, depth } = pdu;
  if (typeof type !== "string") throw malformed(eventId, "type", "a string");
  if (typeof sender !== "string") throw malformed(eventId, "sender", "a string");
  if (typeof ts !== "number") throw malformed(eventId, "origin_server_ts", "a number");
  if (!isObject(content)) throw malformed(eventId, "content", "an object");
  return {
    event_id: eventId,
    room_id: optional(eventId, "room_id", roomId),
    type,
    sender,
    state_key: optional(eventId, "state_key", stateKey),
    content,
    origin_server_ts: ts,
    prev_events: referencedEventIds(pdu["prev_events"]),
    auth_events: referencedEventIds(pdu["auth_events"]),
    redacts: typeof redacts === "string" ? redacts : undefined,
    depth: typeof depth === "number" ? depth : undefined,
    rejected,
  };
}

function optional(eventId: string, name: string, value: unknown): string | undefined {
  if (value === undefined || typeof value === "string") return value;
  throw malformed(eventId, name, "a string");
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function malformed(eventId: string, name: string, expected: string): StateResError {
  return new StateResError("MALFORMED_EVENT", `${name}: expected ${expected} in ${eventId}`, [eventId]);
}
