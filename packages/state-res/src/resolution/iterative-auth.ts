import type { RoomVersionRules } from "@patrix/room-versions";
import type { AuthSignatureChecks } from "../authorization/auth-check.ts";
import type { AuthEvent } from "../authorization/auth-event.ts";
import type { AuthOutcome } from "../authorization/auth-outcome.ts";
import { checkStateDependentAuth } from "../authorization/check-auth.ts";
import { authEventAt, createFor } from "./auth-event-lookup.ts";
import type { AuthGraph } from "./auth-graph.ts";
import { setAt, type StateMap } from "./state-map.ts";

/** @internal A state that grows by the iterative auth checks: a base that never changes, and what the checks have added. */
export class PartialState {
  readonly #graph: AuthGraph;
  readonly #rules: RoomVersionRules;
  readonly #signatures: AuthSignatureChecks;
  readonly #base: StateMap;
  readonly #added = new Map<string, Map<string, number>>();
  /** The event under check, whose own `auth_events` stand in for state that is missing. */
  #checked = 0;

  constructor(graph: AuthGraph, rules: RoomVersionRules, base: StateMap, signatures: AuthSignatureChecks) {
    this.#graph = graph;
    this.#rules = rules;
    this.#base = base;
    this.#signatures = signatures;
  }

  /**
   * Checks an event against the state and, if the rules allow it, puts it there.
   *
   * @see {@link https://spec.matrix.org/v1.19/rooms/v2/#definitions}
   */
  apply(node: number): AuthOutcome {
    this.#checked = node;
    const event = this.#graph.eventOf(node);
    const outcome = checkStateDependentAuth(event, this.#rules, this.#fetchState, this.#signatures);
    if (outcome.outcome === "allowed") setAt(this.#added, event.type, event.state_key ?? "", node);
    return outcome;
  }

  /** The node at a key, or -1. */
  nodeAt(type: string, stateKey: string): number {
    const added = this.#added.get(type)?.get(stateKey);
    if (added !== undefined) return added;
    const id = this.#base.get(type)?.get(stateKey);
    return id === undefined ? -1 : (this.#graph.nodeOf(id) ?? -1);
  }

  /** The state with `unconflicted` laid over it. */
  finish(unconflicted: StateMap): StateMap {
    const state = new Map(unconflicted);
    for (const [type, added] of this.#added) {
      const agreed = unconflicted.get(type);
      const inner = new Map(agreed);
      for (const [stateKey, node] of added) if (agreed?.has(stateKey) !== true) inner.set(stateKey, this.#graph.idOf(node));
      state.set(type, inner);
    }
    return state;
  }

  readonly #fetchState = (type: string, stateKey: string): AuthEvent | undefined => {
    const node = this.nodeAt(type, stateKey);
    if (node >= 0) return this.#graph.eventOf(node);
    if (type === "m.room.create" && stateKey === "") return accepted(createFor(this.#graph, this.#checked));
    const entry = authEventAt(this.#graph, this.#checked, type, stateKey);
    return entry < 0 ? undefined : accepted(this.#graph.eventOf(entry));
  };
}

function accepted(event: AuthEvent | undefined): AuthEvent | undefined {
  return event?.rejected === true ? undefined : event;
}
