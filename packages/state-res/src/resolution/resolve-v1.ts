import { compareCodePoints } from "@patrix/canonical-json";
import { sha1 } from "@noble/hashes/legacy.js";
import type { AuthEvent } from "../authorization/auth-event.ts";
import type { AuthOutcome } from "../authorization/auth-outcome.ts";
import { checkStateDependentAuth } from "../authorization/check-auth.ts";
import { selectAuthEvents } from "../authorization/select-auth-events.ts";
import type { DepthOrdered } from "./event-order.ts";
import { eventIn, type EventSource, fetchMissing, type Resolving } from "./event-source.ts";
import { type Conflict, partitionByConflict } from "./partition.ts";
import type { ResolutionInput } from "./resolution-input.ts";
import { setAt, type StateMap } from "./state-map.ts";

/** The types whose conflicts are settled first, in this order, each event checked against those before. */
const authTypes = ["m.room.power_levels", "m.room.join_rules", "m.room.member"];

/**
 * @internal Resolves states by the algorithm of room version 1. It reads no auth chains, only the states themselves.
 *
 * @see {@link https://spec.matrix.org/v1.19/rooms/v1/#state-resolution}
 */
export function* resolveV1(input: ResolutionInput): Resolving<StateMap> {
  const { source, recorder } = input;
  const { agreed, conflicts } = partitionByConflict(input.stateMaps);
  const entries = conflicts.flatMap(({ type, stateKey, eventIds }) => eventIds.map((eventId) => ({ type, stateKey, eventId })));
  recorder?.divided(agreed, entries);
  if (conflicts.length === 0) return agreed;
  yield* fetchMissing(
    source,
    entries.map(({ eventId }) => eventId),
  );
  const conflicting = entries.map(({ eventId }) => eventIn(source, eventId));
  yield* fetchMissing(source, neededState(conflicting, agreed, input));
  const settled = new Map<string, Map<string, string>>(Array.from(agreed, ([type, inner]) => [type, new Map(inner)]));
  for (const type of authTypes) {
    settle(
      conflicts.filter((conflict) => conflict.type === type),
      settled,
      (conflict) => lastOfChain(conflict, settled, input),
    );
  }
  const others = conflicts.filter(({ type }) => !authTypes.includes(type));
  settle(others, settled, (conflict) => bestOf(conflict, settled, input));
  return settled;
}

/** Settles conflicts that must not see one another's outcome, so that their order does not matter. */
function settle(
  conflicts: readonly Conflict[],
  settled: Map<string, Map<string, string>>,
  choose: (conflict: Conflict) => string | undefined,
): void {
  const chosen = conflicts.map((conflict) => ({ conflict, eventId: choose(conflict) }));
  for (const { conflict, eventId } of chosen) if (eventId !== undefined) setAt(settled, conflict.type, conflict.stateKey, eventId);
}

function neededState(events: readonly AuthEvent[], agreed: StateMap, { rules }: ResolutionInput): string[] {
  return events.flatMap((event) =>
    selectAuthEvents(event, rules).flatMap(([type, stateKey]) => {
      const id = agreed.get(type)?.get(stateKey);
      return id === undefined ? [] : [id];
    }),
  );
}

/** Takes the lowest event, then each next one as long as the rules allow it. */
function lastOfChain(conflict: Conflict, settled: StateMap, input: ResolutionInput): string | undefined {
  const ordered = orderByDepth(conflict, input.source);
  input.recorder?.orderedByDepth(ordered);
  let last: AuthEvent | undefined;
  for (const { event } of ordered) {
    if (last !== undefined && check(event, settled, last, input).outcome === "rejected") break;
    last = event;
  }
  return last?.event_id;
}

/** Takes the highest event that the rules allow; where they allow none, the lowest, as the servers do that made this room version. */
function bestOf(conflict: Conflict, settled: StateMap, input: ResolutionInput): string | undefined {
  const ordered = orderByDepth(conflict, input.source).toReversed();
  input.recorder?.orderedByDepth(ordered);
  const best = ordered.find(({ event }) => check(event, settled, undefined, input).outcome === "allowed") ?? ordered.at(-1);
  return best?.event.event_id;
}

/** Checks an event against what is settled, and at its own key against the event before it. */
function check(event: AuthEvent, settled: StateMap, before: AuthEvent | undefined, input: ResolutionInput): AuthOutcome {
  const { source, rules, signatures, recorder } = input;
  const state = (type: string, stateKey: string): AuthEvent | undefined => {
    if (type === before?.type && stateKey === before.state_key) return before;
    const id = settled.get(type)?.get(stateKey);
    return id === undefined ? undefined : eventIn(source, id);
  };
  const outcome = checkStateDependentAuth(event, rules, state, signatures);
  recorder?.checked("conflict", event.event_id, outcome);
  return outcome;
}

/** Sorts by ascending depth, then by descending hash. */
function orderByDepth({ eventIds }: Conflict, source: EventSource): DepthOrdered[] {
  const events = eventIds.map((id): DepthOrdered => {
    const event = eventIn(source, id);
    return { event, depth: event.depth ?? 0, hash: sha1Hex(id) };
  });
  return events.sort((a, b) => a.depth - b.depth || compareCodePoints(b.hash, a.hash));
}

const encoder: TextEncoder = /* @__PURE__ */ new TextEncoder();

function sha1Hex(text: string): string {
  return Array.from(sha1(encoder.encode(text)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
