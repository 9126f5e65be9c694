import type { AuthGraph } from "./auth-graph.ts";
import { eventIn, type EventSource, type Resolving } from "./event-source.ts";
import { IntList } from "./int-list.ts";
import type { StateMap } from "./state-map.ts";

/**
 * @internal Finds the events that are in the auth chain of some states but not of all; a state's own events count as part of its chain.
 *
 * What states agree on, and its auth chain, is in every chain: it is marked first, and each state walks only what is left.
 *
 * @param agreed - Where the auth chains of what states agree on come to the graph, as {@link meetAgreed} finds.
 * @returns a flag for each node.
 */
export function authDifference(graph: AuthGraph, agreed: readonly number[], byState: readonly (readonly number[])[]): Uint8Array {
  const COMMON = -1;
  /** The last state (from 1) that reached a node. */
  const reachedBy = new Int32Array(graph.size);
  const counts = new Int32Array(graph.size);
  const stack = new IntList();
  const walk = (roots: readonly number[], mark: number): void => {
    const visit = (node: number): void => {
      if (reachedBy[node] === COMMON || reachedBy[node] === mark) return;
      reachedBy[node] = mark;
      counts[node] = (counts[node] ?? 0) + 1;
      stack.push(node);
    };
    for (const root of roots) visit(root);
    while (stack.length > 0) {
      const node = stack.pop();
      const end = graph.endOfEdges(node);
      for (let index = graph.firstEdge(node); index < end; index += 1) visit(graph.edge(index));
    }
  };
  walk(agreed, COMMON);
  for (const [state, roots] of byState.entries()) walk(roots, state + 1);
  const difference = new Uint8Array(graph.size);
  for (let node = 0; node < difference.length; node += 1) {
    const count = counts[node] ?? 0;
    if (reachedBy[node] !== COMMON && count > 0 && count < byState.length) difference[node] = 1;
  }
  return difference;
}

/**
 * @internal Walks the auth chains of what states agree on as far as the graph, and finds the nodes at which they come to it. Most events of a
 * room are met here only, once, and nothing but their IDs is kept.
 */
export function* meetAgreed(graph: AuthGraph, source: EventSource, agreed: StateMap): Resolving<number[]> {
  const met: number[] = [];
  const ids = Array.from(agreed.values(), (inner) => [...inner.values()]).flat();
  const found = new Set(ids);
  for (let index = 0; index < ids.length; index += 1) {
    const id = ids[index] ?? "";
    const node = graph.nodeOf(id);
    if (node !== undefined) {
      met.push(node);
      continue;
    }
    if (!source.has(id)) yield ids.slice(index).filter((later) => !source.has(later));
    for (const parent of eventIn(source, id).auth_events) {
      if (found.has(parent)) continue;
      found.add(parent);
      ids.push(parent);
    }
  }
  return met;
}

/**
 * @internal As {@link authDifference}, with the auth chains at hand; what states agree on is not taken out.
 *
 * A chain may hold a whole room, so each is looked at as a set: what is in some chains and not in all is what any chain and the first do not
 * have in common.
 *
 * @param chains - The auth chain of each state; whether the state's own events are in it does not matter.
 */
export function differenceOfChains(chains: readonly ReadonlySet<string>[], byState: readonly ReadonlySet<string>[]): Set<string> {
  const difference = new Set<string>();
  const [first = new Set<string>(), ...others] = chains.toSorted((a, b) => a.size - b.size);
  for (const other of others) {
    const rest = new Set(other);
    for (const id of first) if (!rest.delete(id)) difference.add(id);
    for (const id of rest) difference.add(id);
  }
  const isInAll = (id: string): boolean => chains.every((chain, state) => chain.has(id) || byState[state]?.has(id) === true);
  for (const own of byState) {
    for (const id of own) {
      if (isInAll(id)) difference.delete(id);
      else difference.add(id);
    }
  }
  return difference;
}
