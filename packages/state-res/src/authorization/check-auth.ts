import type { RoomVersionRules } from "@patrix/room-versions";
import { AuthCheck, type AuthSignatureChecks } from "./auth-check.ts";
import type { AuthEvent, FetchEvent, FetchState } from "./auth-event.ts";
import type { AuthOutcome } from "./auth-outcome.ts";
import { decide, reject, type RuleBook, ruleBookOf } from "./rule-book.ts";

const noState: FetchState = () => undefined;
const noEvent: FetchEvent = () => undefined;
const noChecks: AuthSignatureChecks = {};
const undecided: AuthOutcome = Object.freeze({ outcome: "allowed" });

/**
 * Checks an event against the authorization rules that do not depend on the room state: those for `m.room.create`, for the room ID, and for
 * `auth_events`. An `m.room.create` that passes is allowed; any other event still needs {@link checkStateDependentAuth}.
 *
 * @param fetchEvent - finds the event's `auth_events` and, from room version 12, its `m.room.create`.
 * @throws {@link StateResError} `EVENT_NOT_FOUND` if an auth event is not at hand.
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#authorization-rules}
 */
export function checkStateIndependentAuth(event: AuthEvent, rules: RoomVersionRules, fetchEvent: FetchEvent): AuthOutcome {
  return checkIndependently(ruleBookOf(rules), event, rules, fetchEvent);
}

/**
 * Checks an event against the authorization rules that depend on the room state: before the event (reject), as its `auth_events` give it
 * (reject), or current (soft-fail).
 *
 * From room version 12, `state` must also give `m.room.create`, though `auth_events` does not list it. A room without `m.room.create` allows nothing.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#authorization-rules}
 * @example
 * const outcome = checkStateDependentAuth(event, rules, (type, stateKey) => room.state.get(type)?.get(stateKey));
 * if (outcome.outcome === "rejected") console.warn(outcome.rule, outcome.reason); // v12:6 the sender is not joined
 */
export function checkStateDependentAuth(
  event: AuthEvent,
  rules: RoomVersionRules,
  state: FetchState,
  signatures: AuthSignatureChecks = noChecks,
): AuthOutcome {
  return checkDependently(ruleBookOf(rules), event, rules, state, signatures);
}

/** @internal {@link checkStateIndependentAuth} with given rules. */
export function checkIndependently(book: RuleBook, event: AuthEvent, rules: RoomVersionRules, fetchEvent: FetchEvent): AuthOutcome {
  return decide(book.stateIndependent, new AuthCheck(event, rules, noState, fetchEvent, noChecks)) ?? undecided;
}

/** @internal {@link checkStateDependentAuth} with given rules. */
export function checkDependently(
  book: RuleBook,
  event: AuthEvent,
  rules: RoomVersionRules,
  state: FetchState,
  signatures: AuthSignatureChecks,
): AuthOutcome {
  if (event.type === "m.room.create") return book.byId.get("create.otherwise_allow")?.allowed ?? undecided;
  const check = new AuthCheck(event, rules, state, noEvent, signatures);
  if (check.create === undefined) {
    const rule = book.byId.get("auth_events.no_create_entry") ?? book.byId.get("room_id_is_not_create_event");
    if (rule !== undefined) return reject(rule, event.event_id);
  }
  return decide(book.stateDependent, check) ?? undecided;
}
