import type { RoomVersionRules } from "@patrix/room-versions";
import type { AuthOutcome } from "../authorization/auth-outcome.ts";
import type { StateMap } from "../resolution/state-map.ts";

/** What puts an event behind the one before it. */
export type OrderCriterion =
  /** It had to wait for the one before, which is among its `auth_events`. */
  | "auth-events"
  /** Its sender has less power. */
  | "power-level"
  /** It rests on newer power levels. */
  | "mainline-position"
  | "origin-server-ts"
  | "event-id"
  /** Room version 1. */
  | "depth"
  /** Room version 1. */
  | "event-id-hash";

/** An event at its place in an order. */
export interface OrderedEvent {
  readonly eventId: string;
  readonly originServerTs: number;
  /** Of the sender, by the event's own `auth_events`; present in the order by power. */
  readonly powerLevel?: number | undefined;
  /** 0 for the newest; infinite for events whose power levels never meet the mainline; present in the order by mainline. */
  readonly mainlinePosition?: number | undefined;
  /** Why the event comes after the one before it; absent for the first. */
  readonly because?: { readonly criterion: OrderCriterion; readonly text: string } | undefined;
}

/** Which part of a resolution checks an event. */
export type CheckPhase = "power-events" | "other-events" | "conflict";

/** One check of an event against the state resolved so far. */
export interface ExplainedCheck {
  readonly phase: CheckPhase;
  readonly eventId: string;
  readonly outcome: AuthOutcome;
}

/** An event as the drawings show it. */
export interface ExplainedEvent {
  readonly eventId: string;
  readonly type: string;
  readonly stateKey: string | undefined;
  readonly sender: string;
  readonly authEvents: readonly string[];
}

/** Every step of a state resolution. In room version 1 there is no auth difference, subgraph or mainline, and all orders are in `otherEvents`. */
export interface Explanation {
  readonly roomVersion: string;
  readonly algorithm: RoomVersionRules["stateResolution"];
  /** What all states agree on. */
  readonly unconflicted: StateMap;
  /** IDs of the conflicted state set. */
  readonly conflicted: readonly string[];
  readonly authDifference: readonly string[];
  /** Empty before room version 12. */
  readonly conflictedSubgraph: readonly string[];
  /** Power events and what they rest on, in reverse topological power ordering. */
  readonly powerEvents: readonly OrderedEvent[];
  /** Power levels events, newest first. */
  readonly mainline: readonly string[];
  /** The rest of the full conflicted set, in mainline ordering. */
  readonly otherEvents: readonly OrderedEvent[];
  readonly checks: readonly ExplainedCheck[];
  /** The events of the full conflicted set. */
  readonly events: readonly ExplainedEvent[];
}
