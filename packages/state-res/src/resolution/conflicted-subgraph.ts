import { StateResError } from "../errors.ts";
import type { AuthGraph } from "./auth-graph.ts";
import { IntList } from "./int-list.ts";

const UNSEEN = 0;
const OPEN = 1;
const DONE = 2;

/**
 * @internal Finds the events on a path by `auth_events` between any two events of the conflicted state set, ends included.
 *
 * The walk is a depth-first search with its own stack, so that no auth chain is too deep, and meets every cycle below the conflicted state set.
 *
 * @returns a flag for each node.
 * @throws {@link StateResError} `AUTH_EVENTS_CYCLE`.
 * @see {@link https://spec.matrix.org/v1.19/rooms/v12/#definitions}
 */
export function conflictedSubgraph(graph: AuthGraph, conflicted: readonly number[]): Uint8Array {
  /** Whether a conflicted event can be reached from a node; that a conflicted event reaches the node is why it was visited. */
  const leadsBack = new Uint8Array(graph.size);
  for (const node of conflicted) leadsBack[node] = 1;
  const progress = new Uint8Array(graph.size);
  const path = new IntList();
  const nextEdges = new IntList();
  const open = (node: number): void => {
    progress[node] = OPEN;
    path.push(node);
    nextEdges.push(graph.firstEdge(node));
  };
  for (const root of conflicted) {
    if (progress[root] === UNSEEN) open(root);
    while (path.length > 0) {
      const node = path.at(path.length - 1);
      const index = nextEdges.at(path.length - 1);
      if (index === graph.endOfEdges(node)) {
        progress[node] = DONE;
        path.pop();
        nextEdges.pop();
        if (leadsBack[node] === 1 && path.length > 0) leadsBack[path.at(path.length - 1)] = 1;
        continue;
      }
      nextEdges.set(path.length - 1, index + 1);
      const next = graph.edge(index);
      if (progress[next] === UNSEEN) open(next);
      else if (progress[next] === OPEN) throw cycleThrough([graph.idOf(next), graph.idOf(node)]);
      else if (leadsBack[next] === 1) leadsBack[node] = 1;
    }
  }
  return leadsBack;
}

/** @internal The error for events that are their own ancestors. */
export function cycleThrough(eventIds: readonly string[]): StateResError {
  return new StateResError("AUTH_EVENTS_CYCLE", `auth_events lead in a circle through ${eventIds.join(" and ")}`, eventIds);
}
