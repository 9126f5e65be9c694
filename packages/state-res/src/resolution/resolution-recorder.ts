import type { AuthOutcome } from "../authorization/auth-outcome.ts";
import type { CheckPhase } from "../explain/explanation.ts";
import type { AuthGraph } from "./auth-graph.ts";
import type { DepthOrdered, SortKey } from "./event-order.ts";
import type { PowerOrdered } from "./power-order.ts";
import type { StateMapEntry, StateMap } from "./state-map.ts";

/** @internal Is told of every step of a resolution. */
export interface ResolutionRecorder {
  divided(unconflicted: StateMap, conflicted: readonly StateMapEntry[]): void;
  /** Flags by node; `subgraph` is empty where the algorithm has none. */
  collected(graph: AuthGraph, difference: Uint8Array, subgraph: Uint8Array): void;
  orderedByPower(graph: AuthGraph, sorted: readonly PowerOrdered[]): void;
  orderedByMainline(graph: AuthGraph, mainline: readonly number[], sorted: readonly SortKey[]): void;
  orderedByDepth(sorted: readonly DepthOrdered[]): void;
  checked(phase: CheckPhase, eventId: string, outcome: AuthOutcome): void;
}
