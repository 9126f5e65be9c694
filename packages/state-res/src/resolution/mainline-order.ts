import { authEventAt } from "./auth-event-lookup.ts";
import type { AuthGraph } from "./auth-graph.ts";
import { cycleThrough } from "./conflicted-subgraph.ts";
import { compareSortKeys, type SortKey } from "./event-order.ts";

const UNKNOWN = -2;
const OPEN = -1;

/** @internal The mainline of a power levels event, and what is known of other events' positions on it. */
export class Mainline {
  readonly #graph: AuthGraph;
  /** Nodes from the power levels event to the oldest. */
  readonly nodes: readonly number[];
  /** By node of a power levels event: the position of the first event of the mainline that it or its ancestors are. */
  readonly #positions: Float64Array;

  /** @throws {@link StateResError} `AUTH_EVENTS_CYCLE`. */
  constructor(graph: AuthGraph, powerLevels: number) {
    this.#graph = graph;
    this.#positions = new Float64Array(graph.size).fill(UNKNOWN);
    const nodes: number[] = [];
    for (let node = powerLevels; node >= 0; node = this.#parentOf(node)) {
      if (this.#positions[node] !== UNKNOWN) throw cycleThrough([graph.idOf(node)]);
      this.#positions[node] = nodes.length;
      nodes.push(node);
    }
    this.nodes = nodes;
  }

  /** The mainline position of an event: 0 for the newest, infinite if its power levels events never meet the mainline. */
  positionOf(node: number): number {
    const path: number[] = [];
    let position = Number.POSITIVE_INFINITY;
    for (let ancestor = this.#parentOf(node); ancestor >= 0; ancestor = this.#parentOf(ancestor)) {
      const known = this.#positions[ancestor] ?? UNKNOWN;
      if (known === OPEN) throw cycleThrough([this.#graph.idOf(ancestor)]);
      if (known !== UNKNOWN) {
        position = known;
        break;
      }
      this.#positions[ancestor] = OPEN;
      path.push(ancestor);
    }
    for (const ancestor of path) this.#positions[ancestor] = position;
    return position;
  }

  #parentOf(node: number): number {
    return authEventAt(this.#graph, node, "m.room.power_levels", "");
  }
}

/**
 * @internal Sorts events by mainline ordering: those based on the oldest power levels first, then by time, then by ID.
 *
 * @param powerLevels - node of the power levels event that the mainline starts from, -1 if there is none.
 * @throws {@link StateResError} `AUTH_EVENTS_CYCLE`.
 * @see {@link https://spec.matrix.org/v1.19/rooms/v2/#definitions}
 */
export function sortByMainline(
  graph: AuthGraph,
  nodes: readonly number[],
  powerLevels: number,
): { sorted: readonly SortKey[]; mainline: readonly number[] } {
  const mainline = new Mainline(graph, powerLevels);
  const keys = nodes.map((node): SortKey => {
    const { event_id: eventId, origin_server_ts: originServerTs } = graph.eventOf(node);
    return { node, eventId, originServerTs, first: -mainline.positionOf(node) };
  });
  return { sorted: keys.sort(compareSortKeys), mainline: mainline.nodes };
}
