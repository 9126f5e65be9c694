import type { ExplainedEvent, Explanation, OrderedEvent } from "./explanation.ts";
import { orderReason } from "./order-reason.ts";

/** What became of one event that a resolution had to decide about at a key. */
export interface ExplainedCandidate {
  readonly eventId: string;
  readonly sender: string;
  /**
   * `won`: it is the state. `replaced`: the rules allow it, and one that is checked later is allowed as well. `rejected`: the rules do not
   * allow it. `unchecked`: nothing was left to decide, as happens in room version 1.
   */
  readonly outcome: "won" | "replaced" | "rejected" | "unchecked";
  /** Number of the rule that rejects it, such as `v12:5.3.5.2`. */
  readonly rule?: string | undefined;
  /** Why, as a text for people. */
  readonly because: string;
}

/**
 * Tells what became of the events of one type and state key in a resolution, in the order in which they were checked: those in conflict, and
 * those of the auth difference, which may win as well.
 *
 * @param winner - The event of the resolved state; `undefined` where it has none.
 * @see {@link https://spec.matrix.org/v1.19/rooms/v12/#state-resolution}
 * @example
 * const { state, explanation } = resolveStateSync(states, { rules, events, explain: true });
 * explainKey(explanation, ["m.room.topic", ""], state.get("m.room.topic")?.get(""));
 */
export function explainKey(
  explanation: Explanation,
  [type, stateKey]: readonly [type: string, stateKey: string],
  winner: string | undefined,
): ExplainedCandidate[] {
  const known = new Map(
    explanation.events.filter((event) => event.type === type && event.stateKey === stateKey).map((e) => [e.eventId, e]),
  );
  const places = placesOf(explanation);
  const candidates = [...known.values()].toSorted((a, b) => (places.get(a.eventId)?.place ?? 0) - (places.get(b.eventId)?.place ?? 0));
  return candidates.map((event) => describe(event, { explanation, places, candidates, winner }));
}

interface Placed {
  readonly place: number;
  readonly isPower: boolean;
  readonly event: OrderedEvent;
}

/** Where each event comes; room version 1 has an order of its own for each key. */
function placesOf({ powerEvents, otherEvents }: Explanation): Map<string, Placed> {
  const places = new Map<string, Placed>();
  for (const event of powerEvents) places.set(event.eventId, { place: places.size, isPower: true, event });
  for (const event of otherEvents) places.set(event.eventId, { place: places.size, isPower: false, event });
  return places;
}

interface Around {
  readonly explanation: Explanation;
  readonly places: ReadonlyMap<string, Placed>;
  readonly candidates: readonly ExplainedEvent[];
  readonly winner: string | undefined;
}

function describe({ eventId, sender }: ExplainedEvent, around: Around): ExplainedCandidate {
  const { explanation, candidates, winner } = around;
  const outcome = explanation.checks.findLast((check) => check.eventId === eventId)?.outcome;
  const named = { eventId, sender };
  if (eventId === winner) {
    const before = candidates.findLast((other) => other.eventId !== winner && isAllowed(explanation, other.eventId));
    const because = before ? comesAfter(before.eventId, eventId, around) : "it is the only one that the rules allow";
    return { ...named, outcome: "won", because: outcome?.outcome === "rejected" ? "the rules allow none, and it comes first" : because };
  }
  if (outcome?.outcome === "rejected") return { ...named, outcome: "rejected", rule: outcome.rule, because: outcome.reason };
  if (outcome === undefined || winner === undefined) return { ...named, outcome: "unchecked", because: "another one was allowed before" };
  return { ...named, outcome: "replaced", because: `${winner} is allowed after it: ${comesAfter(eventId, winner, around)}` };
}

function isAllowed({ checks }: Explanation, eventId: string): boolean {
  return checks.findLast((check) => check.eventId === eventId)?.outcome.outcome === "allowed";
}

/** Why one event is checked after another one. */
function comesAfter(earlierId: string, laterId: string, { explanation, places }: Around): string {
  const [earlier, later] = [places.get(earlierId), places.get(laterId)];
  if (explanation.algorithm === "v1") return later?.event.because?.text ?? "it has the greatest depth that is allowed";
  if (!earlier || !later) return "it is in the state on all branches";
  if (earlier.isPower !== later.isPower) return "events that decide who may do what are checked before all others";
  if (later.place === earlier.place + 1 && later.event.because) return later.event.because.text;
  if (!later.isPower)
    return orderReason(earlier.event, later.event, {
      criterion: "mainline-position",
      unit: "mainline position",
      of: (event) => event.mainlinePosition,
    }).text;
  const reason = orderReason(earlier.event, later.event, {
    criterion: "power-level",
    unit: "power level",
    of: (event) => event.powerLevel,
  });
  // An event waits for all that authorises it, however much power its sender has.
  return isInOrder(earlier.event, later.event) ? reason.text : "it, or one before it, waits for its auth_events";
}

function isInOrder(a: OrderedEvent, b: OrderedEvent): boolean {
  const [first = 0, second = 0] = [a.powerLevel, b.powerLevel];
  if (first !== second) return first > second;
  return a.originServerTs === b.originServerTs ? a.eventId < b.eventId : a.originServerTs < b.originServerTs;
}
