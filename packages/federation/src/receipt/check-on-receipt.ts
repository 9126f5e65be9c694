import { findOversizedField, MAX_EVENT_FIELD_SIZE_BYTES } from "@patrix/canonical-json";
import type { RoomVersionRules } from "@patrix/room-versions";
import { checkPduFormat, fromFederation, type JsonObject, type NamedPdu, type VerifyEventResult } from "@patrix/signatures";
import {
  type AuthEvent,
  checkStateDependentAuth,
  checkStateIndependentAuth,
  createIdOf,
  type FetchState,
  type Rejected,
  selectAuthEvents,
  selectDecidingState,
  type StateKeyPair,
  toAuthEvent,
} from "@patrix/state-res";
import type { AcceptedPdu, DroppedPdu, ReceiptOutcome, RejectedPdu, SoftFailedPdu } from "./receipt-outcome.ts";

/** What the checks of authorisation read of a room. */
export interface RoomPorts {
  /** Finds stored events by ID, those that were rejected marked as such. The server fetches what it lacks before it checks a PDU. */
  readonly fetchEvents: (eventIds: readonly string[]) => Promise<ReadonlyMap<string, AuthEvent>>;
  /** Reads some entries of the state before the event, from its `prev_events`. */
  readonly stateBefore: (event: NamedPdu, keys: readonly StateKeyPair[]) => Promise<FetchState>;
  /** Reads some entries of the room's current state. */
  readonly currentState: (keys: readonly StateKeyPair[]) => Promise<FetchState>;
  /** Whether the room's policy server recommends the event; left out where the room has none. */
  readonly isRecommended?: ((event: NamedPdu) => Promise<boolean>) | undefined;
}

/** What all checks on receipt read. */
export interface ReceiptPorts extends RoomPorts {
  /** Checks signatures and content hash with keys that were valid, as `verifyEventAsync` of `@patrix/signatures` does. */
  readonly verify: (pdu: JsonObject, rules: RoomVersionRules) => Promise<VerifyEventResult>;
}

/**
 * Checks a PDU that came from another server: format, signatures and hash, its auth events, the state before it, the
 * current state of the room, and the room's policy server. It throws for nothing that the PDU holds.
 *
 * @throws StateResError `EVENT_NOT_FOUND` if an auth event is not stored: fetch the event's `auth_events` first.
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#checks-performed-on-receipt-of-a-pdu}
 * @example
 * const received = await checkOnReceipt(pdu, rules, {
 *   verify: (event) => verifyEventAsync(event, rules, keys),
 *   fetchEvents: (ids) => store.events(ids),
 *   stateBefore: async ({ prevEvents }) => (type, stateKey) => store.stateAfter(prevEvents).get(type, stateKey),
 *   currentState: async () => (type, stateKey) => room.state.get(type, stateKey),
 * });
 * if (received.outcome === "accepted") room.append(received.event);
 */
export async function checkOnReceipt(pdu: JsonObject, rules: RoomVersionRules, ports: ReceiptPorts): Promise<ReceiptOutcome> {
  const [issue] = checkPduFormat(pdu, rules);
  if (issue) return dropped("format", issue.message, pdu);
  const verified = await ports.verify(pdu, rules);
  if (verified.outcome === "invalid") return dropped("signatures", verified.message, pdu);
  return authoriseOnReceipt(fromFederation(verified.event, rules), rules, ports, verified.outcome === "redacted");
}

/**
 * The second half of {@link checkOnReceipt}, for a PDU whose format, signatures and hash are checked.
 *
 * @throws StateResError `EVENT_NOT_FOUND` if an auth event is not stored.
 */
export async function authoriseOnReceipt(
  event: NamedPdu,
  rules: RoomVersionRules,
  ports: RoomPorts,
  isRedacted = false,
): Promise<AcceptedPdu | SoftFailedPdu | RejectedPdu> {
  const checked = { event, isRedacted };
  const authEvent = toAuthEvent(event);
  const wrongEvents = await authoriseByAuthEvents(authEvent, rules, ports);
  if (wrongEvents) return rejected("auth-events", wrongEvents, checked);
  // The first event of a room is decided by itself: there is no state before it.
  if (event.prevEvents.length === 0 && authEvent.type === "m.room.create") return { outcome: "accepted", ...checked };
  const keys = selectDecidingState(selectAuthEvents(authEvent, rules), rules);
  const before = checkStateDependentAuth(authEvent, rules, await ports.stateBefore(event, keys));
  if (before.outcome === "rejected") return rejected("state-before", before, checked);
  const now = checkStateDependentAuth(authEvent, rules, await ports.currentState(keys));
  if (now.outcome === "rejected") return { outcome: "soft-failed", step: "current-state", reason: now.reason, rule: now.rule, ...checked };
  if (ports.isRecommended && !(await ports.isRecommended(event)))
    return { outcome: "soft-failed", step: "policy-server", reason: "the room's policy server does not recommend the event", ...checked };
  return { outcome: "accepted", ...checked };
}

/**
 * Checks an event against what it names as its auth events, and against the state that they make up: all that can be said of one that
 * is in no timeline, such as those of an auth chain.
 *
 * @returns Why it is rejected; `undefined` if it holds.
 * @throws StateResError `EVENT_NOT_FOUND` if an auth event is not found.
 */
export async function authoriseByAuthEvents(
  event: AuthEvent,
  rules: RoomVersionRules,
  { fetchEvents }: Pick<RoomPorts, "fetchEvents">,
): Promise<Rejected | undefined> {
  // Older room versions let it pass as well formed.
  const tooLong = findOversizedField(event);
  if (tooLong !== undefined) return refusedForSize(tooLong, event, rules);
  const isNamedByCreate = rules.authorization.roomCreateEventIdAsRoomId && event.room_id !== undefined;
  const createId = isNamedByCreate ? [createIdOf(event.room_id)] : [];
  const events = await fetchEvents([...new Set([...event.auth_events, ...createId])]);
  const independent = checkStateIndependentAuth(event, rules, (eventId) => events.get(eventId));
  if (independent.outcome === "rejected") return independent;
  if (event.type === "m.room.create") return undefined;
  const state = [...events.values()];
  const dependent = checkStateDependentAuth(event, rules, (type, stateKey) =>
    state.find((found) => found.type === type && found.state_key === stateKey),
  );
  return dependent.outcome === "rejected" ? dependent : undefined;
}

/** No authorization rule says so, but the limits of an event do. */
function refusedForSize(field: string, { event_id: eventId }: AuthEvent, { id }: RoomVersionRules): Rejected {
  const reason = `${field} exceeds ${MAX_EVENT_FIELD_SIZE_BYTES} bytes`;
  return { outcome: "rejected", rule: `v${id}`, ruleId: "size_limits", reason, eventId };
}

function dropped(step: DroppedPdu["step"], reason: string, pdu: JsonObject): DroppedPdu {
  return { outcome: "dropped", step, reason, pdu };
}

function rejected(step: RejectedPdu["step"], { reason, rule }: Rejected, checked: Pick<RejectedPdu, "event" | "isRedacted">): RejectedPdu {
  return { outcome: "rejected", step, reason, rule, ...checked };
}
