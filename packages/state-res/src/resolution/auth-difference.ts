import type { AuthGraph } from "./auth-graph.ts";
import { IntList } from "./int-list.ts";

/**
 * @internal Finds the events that are in the auth chain of some states but not of all; a state's own events count as part of its chain.
 *
 * What states agree on, and its auth chain, is in every chain: it is marked first, and each state walks only what is left.
 *
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
 * @internal As {@link authDifference}, with the auth chains at hand.
 *
 * @param chains - The auth chain of each state; whether the state's own events are in it does not matter.
 */
export function differenceOfChains(
  chains: readonly ReadonlySet<string>[],
  agreed: ReadonlySet<string>,
  byState: readonly ReadonlySet<string>[],
): Set<string> {
  const difference = new Set<string>();
  const isIn = (state: number, id: string): boolean => chains[state]?.has(id) === true || byState[state]?.has(id) === true;
  const compare = (ids: ReadonlySet<string>, own: number): void => {
    for (const id of ids) {
      for (let state = 0; state < byState.length; state += 1) {
        if (state === own || isIn(state, id)) continue;
        if (!agreed.has(id)) difference.add(id);
        break;
      }
    }
  };
  for (let state = 0; state < byState.length; state += 1) {
    const [chain, events] = [chains[state], byState[state]];
    if (chain) compare(chain, state);
    if (events) compare(events, state);
  }
  return difference;
}
