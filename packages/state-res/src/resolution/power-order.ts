import { PowerLevels, type RoomVersionRules } from "@patrix/room-versions";
import { authEventAt, createFor } from "./auth-event-lookup.ts";
import type { AuthGraph } from "./auth-graph.ts";
import { cycleThrough } from "./conflicted-subgraph.ts";
import { compareSortKeys, type SortKey } from "./event-order.ts";
import { IntHeap } from "./int-heap.ts";
import { IntList } from "./int-list.ts";

/** @internal An event in reverse topological power ordering. */
export interface PowerOrdered extends SortKey {
  /** The auth event that this one had to wait for last, -1 if it had to wait for none. */
  readonly waitedFor: number;
}

/** @internal The power level of an event's sender, going by the event's own `auth_events`; one that cannot be read is the lowest. */
export function senderLevel(graph: AuthGraph, node: number, rules: RoomVersionRules): number {
  const entry = authEventAt(graph, node, "m.room.power_levels", "");
  const powerLevels = entry < 0 ? undefined : graph.eventOf(entry);
  const level = new PowerLevels(powerLevels, createFor(graph, node), rules).userLevel(graph.eventOf(node).sender);
  return Number.isNaN(level) ? Number.NEGATIVE_INFINITY : level;
}

/**
 * @internal Sorts events by reverse topological power ordering: auth events first, and where they leave a choice, greater power level of the
 * sender, earlier time, smaller ID.
 *
 * Sorting once by that comparison turns each event into its rank, so that Kahn's algorithm only compares integers.
 *
 * @throws {@link StateResError} `AUTH_EVENTS_CYCLE`.
 * @see {@link https://spec.matrix.org/v1.19/rooms/v2/#definitions}
 */
export function sortByPower(graph: AuthGraph, nodes: readonly number[], rules: RoomVersionRules): PowerOrdered[] {
  const keys = nodes.map((node): SortKey => {
    const { event_id: eventId, origin_server_ts: originServerTs } = graph.eventOf(node);
    return { node, eventId, originServerTs, first: -senderLevel(graph, node, rules) };
  });
  keys.sort(compareSortKeys);
  const rankOf = new Map(keys.map((key, rank) => [key.node, rank]));
  const { pending, dependentsOf } = dependenciesOf(graph, keys, rankOf);
  const ready = new IntHeap();
  for (let rank = 0; rank < keys.length; rank += 1) if (pending[rank] === 0) ready.push(rank);
  const waitedFor = new Int32Array(keys.length).fill(-1);
  const sorted: PowerOrdered[] = [];
  for (let rank = ready.pop(); rank !== undefined; rank = ready.pop()) {
    const key = keys[rank];
    if (key === undefined) continue;
    sorted.push({ ...key, waitedFor: waitedFor[rank] ?? -1 });
    for (const dependent of dependentsOf(rank)) {
      pending[dependent] = (pending[dependent] ?? 0) - 1;
      if (pending[dependent] !== 0) continue;
      waitedFor[dependent] = key.node;
      ready.push(dependent);
    }
  }
  if (sorted.length < keys.length) throw cycleThrough(keys.filter((_, rank) => pending[rank] !== 0).map((key) => key.eventId));
  return sorted;
}

interface Dependencies {
  /** How many auth events of each event, by rank, are not sorted yet. */
  readonly pending: Int32Array;
  /** The events that have the one of a rank among their auth events. */
  readonly dependentsOf: (rank: number) => readonly number[];
}

/** Turns the edges among the events round, as linked lists in two arrays. */
function dependenciesOf(graph: AuthGraph, keys: readonly SortKey[], rankOf: ReadonlyMap<number, number>): Dependencies {
  const pending = new Int32Array(keys.length);
  const heads = new Int32Array(keys.length).fill(-1);
  const nexts = new IntList();
  const targets = new IntList();
  for (const [rank, { node }] of keys.entries()) {
    const end = graph.endOfEdges(node);
    for (let index = graph.firstEdge(node); index < end; index += 1) {
      const authRank = rankOf.get(graph.edge(index));
      if (authRank === undefined) continue;
      pending[rank] = (pending[rank] ?? 0) + 1;
      nexts.push(heads[authRank] ?? -1);
      targets.push(rank);
      heads[authRank] = targets.length - 1;
    }
  }
  return {
    pending,
    dependentsOf: (rank) => {
      const dependents: number[] = [];
      for (let link = heads[rank] ?? -1; link >= 0; link = nexts.at(link)) dependents.push(targets.at(link));
      return dependents;
    },
  };
}
