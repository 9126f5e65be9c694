import type { RoomVersionRules } from "@patrix/room-versions";
import type { AuthEvent } from "../authorization/auth-event.ts";
import { selectAuthEvents } from "../authorization/select-auth-events.ts";
import { stringMember } from "../authorization/raw-content.ts";
import { StateResError } from "../errors.ts";
import { authDifference, differenceOfChains, meetAgreed } from "./auth-difference.ts";
import { AuthGraph } from "./auth-graph.ts";
import { conflictedSubgraph } from "./conflicted-subgraph.ts";
import type { Resolving } from "./event-source.ts";
import { IntList } from "./int-list.ts";
import { PartialState } from "./iterative-auth.ts";
import { sortByMainline } from "./mainline-order.ts";
import { partition, type Partition } from "./partition.ts";
import type { ResolutionInput } from "./resolution-input.ts";
import { sortByPower } from "./power-order.ts";
import type { StateMap, StateMapEntry } from "./state-map.ts";

/**
 * @internal Resolves states by the algorithm of room versions 2 to 11, or 12 (`v2.1`): the latter begins the checks with an empty state and
 * adds the conflicted state subgraph.
 *
 * @see {@link https://spec.matrix.org/v1.19/rooms/v12/#state-resolution}
 */
export function* resolveV2(input: ResolutionInput): Resolving<StateMap> {
  const { rules, recorder } = input;
  const divided = partition(input.stateMaps);
  recorder?.divided(divided.unconflicted, divided.conflicted.flat());
  if (divided.conflicted.every((entries) => entries.length === 0)) return divided.unconflicted;
  const graph = new AuthGraph(input.source, rules.authorization.roomCreateEventIdAsRoomId);
  const isEnough = input.known !== undefined && (rules.stateResolution !== "v2.1" || input.known.conflictedSubgraph !== undefined);
  const full = yield* isEnough ? takeFullConflictedSet(graph, divided, input) : findFullConflictedSet(graph, divided, input);
  checkKeys(graph, divided.conflicted.flat());
  yield* loadAgreed(graph, full, divided, rules);
  return orderAndCheck(graph, full, divided, input);
}

function checkKeys(graph: AuthGraph, entries: readonly StateMapEntry[]): void {
  for (const { type, stateKey, eventId } of entries) {
    const event = graph.eventOf(graph.intern(eventId));
    if (event.type === type && event.state_key === stateKey) continue;
    throw new StateResError("STATE_KEY_MISMATCH", `a state has ${eventId} at a key that is not its own`, [eventId]);
  }
}

/** Finds the full conflicted set through the events. */
function* findFullConflictedSet(graph: AuthGraph, divided: Partition, { source, recorder, rules }: ResolutionInput): Resolving<Uint8Array> {
  const { unconflicted, conflicted } = divided;
  const byState = conflicted.map((entries) => entries.map(({ eventId }) => graph.intern(eventId)));
  yield* graph.loadChains();
  const full = authDifference(graph, yield* meetAgreed(graph, source, unconflicted), byState);
  const roots = [...new Set(byState.flat())];
  // Walked in every room version, because it is what finds cycles.
  const subgraph = conflictedSubgraph(graph, roots);
  const isSubgraphUsed = rules.stateResolution === "v2.1";
  recorder?.collected(graph, full, isSubgraphUsed ? subgraph : new Uint8Array(0));
  if (isSubgraphUsed) for (const [node, flag] of subgraph.entries()) if (flag === 1) full[node] = 1;
  for (const node of roots) full[node] = 1;
  return full;
}

/** Takes the full conflicted set from what the caller knows, so that only its events are looked at, and those that decide about them. */
function* takeFullConflictedSet(graph: AuthGraph, divided: Partition, { known, recorder, rules }: ResolutionInput): Resolving<Uint8Array> {
  const { indices, unconflicted, conflicted } = divided;
  const chains = indices.map((index) => known?.authChains[index] ?? new Set<string>());
  const byState = conflicted.map((entries) => new Set(entries.map(({ eventId }) => eventId)));
  const difference = differenceOfChains(chains, byState);
  for (const inner of unconflicted.values()) for (const id of inner.values()) difference.delete(id);
  const subgraph: ReadonlySet<string> = (rules.stateResolution === "v2.1" ? known?.conflictedSubgraph : undefined) ?? new Set();
  for (const ids of [...byState, difference, subgraph]) for (const id of ids) graph.intern(id);
  const count = graph.size;
  yield* graph.loadDeciding(count);
  recorder?.collected(graph, flags(graph, difference), flags(graph, subgraph));
  return new Uint8Array(count).fill(1);
}

/** Loads what states agree on as far as it decides about the events of the full conflicted set. */
function* loadAgreed(graph: AuthGraph, full: Uint8Array, { unconflicted }: Partition, rules: RoomVersionRules): Resolving<void> {
  for (let node = 0; node < full.length; node += 1) {
    if (full[node] !== 1) continue;
    for (const [type, stateKey] of selectAuthEvents(graph.eventOf(node), rules)) {
      const id = unconflicted.get(type)?.get(stateKey);
      if (id !== undefined) graph.intern(id);
    }
  }
  yield* graph.loadDeciding(0);
}

function flags(graph: AuthGraph, ids: ReadonlySet<string>): Uint8Array {
  const flagged = new Uint8Array(graph.size);
  for (const id of ids) flagged[graph.intern(id)] = 1;
  return flagged;
}

function orderAndCheck(graph: AuthGraph, full: Uint8Array, divided: Partition, input: ResolutionInput): StateMap {
  const { rules, recorder } = input;
  const { powerEvents, others } = splitByPower(graph, full);
  const base: StateMap = rules.stateResolution === "v2.1" ? new Map() : divided.unconflicted;
  const state = new PartialState(graph, rules, base, input.signatures);
  const byPower = sortByPower(graph, powerEvents, rules);
  recorder?.orderedByPower(graph, byPower);
  for (const { node, eventId } of byPower) {
    const outcome = state.apply(node);
    recorder?.checked("power-events", eventId, outcome);
  }
  const { sorted, mainline } = sortByMainline(graph, others, state.nodeAt("m.room.power_levels", ""));
  recorder?.orderedByMainline(graph, mainline, sorted);
  for (const { node, eventId } of sorted) {
    const outcome = state.apply(node);
    recorder?.checked("other-events", eventId, outcome);
  }
  return state.finish(divided.unconflicted);
}

/** Divides the full conflicted set into power events, with those of the set that they rest on, and all others. */
function splitByPower(graph: AuthGraph, full: Uint8Array): { powerEvents: number[]; others: number[] } {
  const isPicked = new Uint8Array(full.length);
  const stack = new IntList();
  const pick = (node: number): void => {
    if (full[node] !== 1 || isPicked[node] === 1 || graph.eventOf(node).state_key === undefined) return;
    isPicked[node] = 1;
    stack.push(node);
  };
  for (let node = 0; node < full.length; node += 1) if (full[node] === 1 && isPowerEvent(graph.eventOf(node))) pick(node);
  while (stack.length > 0) {
    const node = stack.pop();
    const end = graph.endOfEdges(node);
    for (let index = graph.firstEdge(node); index < end; index += 1) pick(graph.edge(index));
  }
  const powerEvents: number[] = [];
  const others: number[] = [];
  for (let node = 0; node < full.length; node += 1) {
    if (isPicked[node] === 1) powerEvents.push(node);
    else if (full[node] === 1 && graph.eventOf(node).state_key !== undefined) others.push(node);
  }
  return { powerEvents, others };
}

/** Whether an event might take away someone's ability to do something. */
function isPowerEvent({ type, state_key: stateKey, sender, content }: AuthEvent): boolean {
  if (type === "m.room.power_levels" || type === "m.room.join_rules" || type === "m.room.create") return stateKey === "";
  if (type !== "m.room.member" || stateKey === undefined || stateKey === sender) return false;
  const membership = stringMember(content, "membership");
  return membership === "leave" || membership === "ban";
}
