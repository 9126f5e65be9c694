import type { RoomVersionRules } from "@patrix/room-versions";
import type { AuthOutcome } from "../authorization/auth-outcome.ts";
import type { AuthEvent } from "../authorization/auth-event.ts";
import type { AuthGraph } from "../resolution/auth-graph.ts";
import type { DepthOrdered, SortKey } from "../resolution/event-order.ts";
import type { PowerOrdered } from "../resolution/power-order.ts";
import type { ResolutionRecorder } from "../resolution/resolution-recorder.ts";
import type { StateMapEntry, StateMap } from "../resolution/state-map.ts";
import type { CheckPhase, ExplainedCheck, ExplainedEvent, Explanation, OrderedEvent } from "./explanation.ts";
import { orderReason } from "./order-reason.ts";

/** @internal Takes notes of a resolution, and makes an {@link Explanation} of them. */
export class Recorder implements ResolutionRecorder {
  #unconflicted: StateMap = new Map();
  #conflicted: readonly string[] = [];
  #authDifference: readonly string[] = [];
  #subgraph: readonly string[] = [];
  #mainline: readonly string[] = [];
  #powerEvents: readonly OrderedEvent[] = [];
  #otherEvents: readonly OrderedEvent[] = [];
  readonly #checks: ExplainedCheck[] = [];
  readonly #events: ExplainedEvent[] = [];

  divided(unconflicted: StateMap, conflicted: readonly StateMapEntry[]): void {
    this.#unconflicted = unconflicted;
    this.#conflicted = [...new Set(conflicted.map(({ eventId }) => eventId))];
  }

  collected(graph: AuthGraph, difference: Uint8Array, subgraph: Uint8Array): void {
    this.#authDifference = flagged(graph, difference);
    this.#subgraph = flagged(graph, subgraph);
  }

  orderedByPower(graph: AuthGraph, sorted: readonly PowerOrdered[]): void {
    let before: (OrderedEvent & { readonly node: number }) | undefined;
    this.#powerEvents = sorted.map((key) => {
      this.#note(graph.eventOf(key.node));
      const event = { eventId: key.eventId, originServerTs: key.originServerTs, powerLevel: -key.first };
      const because =
        before && before.node === key.waitedFor
          ? ({ criterion: "auth-events", text: `${before.eventId} is among its auth_events` } as const)
          : before && orderReason(before, event, { criterion: "power-level", unit: "power level", of: (e) => e.powerLevel });
      before = { ...event, node: key.node };
      return { ...event, because };
    });
  }

  orderedByMainline(graph: AuthGraph, mainline: readonly number[], sorted: readonly SortKey[]): void {
    this.#mainline = mainline.map((node) => graph.idOf(node));
    let before: OrderedEvent | undefined;
    this.#otherEvents = sorted.map((key) => {
      this.#note(graph.eventOf(key.node));
      const event = { eventId: key.eventId, originServerTs: key.originServerTs, mainlinePosition: key.first === 0 ? 0 : -key.first };
      const because =
        before && orderReason(before, event, { criterion: "mainline-position", unit: "mainline position", of: (e) => e.mainlinePosition });
      before = event;
      return { ...event, because };
    });
  }

  orderedByDepth(sorted: readonly DepthOrdered[]): void {
    const ordered = sorted.map(({ event, depth, hash }, index): OrderedEvent => {
      this.#note(event);
      const before = sorted[index - 1];
      const because =
        before &&
        (before.depth === depth
          ? ({ criterion: "event-id-hash", text: `SHA-1 ${before.hash} comes before ${hash}` } as const)
          : ({ criterion: "depth", text: `depth ${before.depth} comes before ${depth}` } as const));
      return { eventId: event.event_id, originServerTs: event.origin_server_ts, because };
    });
    this.#otherEvents = [...this.#otherEvents, ...ordered];
  }

  checked(phase: CheckPhase, eventId: string, outcome: AuthOutcome): void {
    this.#checks.push({ phase, eventId, outcome });
  }

  finish(rules: RoomVersionRules): Explanation {
    return {
      roomVersion: rules.id,
      algorithm: rules.stateResolution,
      unconflicted: this.#unconflicted,
      conflicted: this.#conflicted,
      authDifference: this.#authDifference,
      conflictedSubgraph: this.#subgraph,
      powerEvents: this.#powerEvents,
      mainline: this.#mainline,
      otherEvents: this.#otherEvents,
      checks: this.#checks,
      events: this.#events,
    };
  }

  #note({ event_id: eventId, type, state_key: stateKey, sender, auth_events: authEvents }: AuthEvent): void {
    this.#events.push({ eventId, type, stateKey, sender, authEvents });
  }
}

function flagged(graph: AuthGraph, flags: Uint8Array): string[] {
  const ids: string[] = [];
  for (const [node, flag] of flags.entries()) if (flag === 1) ids.push(graph.idOf(node));
  return ids;
}
