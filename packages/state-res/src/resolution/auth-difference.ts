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
      const end = graph.firstEdge(node + 1);
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
